//! Path tricks never get past a deny.
