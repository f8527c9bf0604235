//! Both answers of every reading.
