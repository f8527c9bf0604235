//! Holds XML against an XML Schema, as far as `data/junit.xsd` uses the language: global elements, sequences, choices,
//! occurrences, attributes of three simple types. No crate that is maintained does this without a C library.

use std::collections::BTreeMap;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// An XML element with what is in it.
#[derive(Debug, Default)]
pub(crate) struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    /// Parses a document into its root element.
    pub(crate) fn parse(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(start) => open.push(Self::opened(&start)),
                Event::Empty(start) => {
                    let node = Self::opened(&start);
                    open.last_mut().expect("the document").children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop().expect("it was opened");
                    open.last_mut().expect("the document").children.push(node);
                }
                Event::Text(text) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    open.last_mut()
                        .expect("the document")
                        .text
                        .push_str(text.trim());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let document = open.pop().expect("the document");
        assert!(open.is_empty(), "every element is closed");
        document
            .children
            .into_iter()
            .next()
            .expect("a root element")
    }

    fn opened(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("a well-formed attribute");
            let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .expect("a well-formed value");
            (name, value.into_owned())
        });
        Self {
            name: String::from_utf8_lossy(start.name().as_ref()).into_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Returns what is wrong with a document, or nothing.
pub(crate) fn violations(schema: &str, document: &str) -> Vec<String> {
    let schema = Node::parse(schema);
    let mut found = Vec::new();
    element(&schema, &Node::parse(document), &mut found);
    found
}

fn element(schema: &Node, node: &Node, found: &mut Vec<String>) {
    let declared = schema
        .children
        .iter()
        .find(|element| element.attribute("name") == Some(&node.name));
    let Some(kind) = declared.and_then(|element| element.child("xs:complexType")) else {
        found.push(format!("element `{}` is not declared", node.name));
        return;
    };
    attributes(kind, node, found);
    let mixed = kind.attribute("mixed") == Some("true");
    if !mixed && !node.text.is_empty() {
        found.push(format!("element `{}` holds text", node.name));
    }
    let mut rest = node
        .children
        .iter()
        .map(|child| child.name.as_str())
        .peekable();
    for particle in kind
        .child("xs:sequence")
        .into_iter()
        .flat_map(|sequence| &sequence.children)
    {
        let names: Vec<&str> = match particle.name.as_str() {
            "xs:choice" => particle
                .children
                .iter()
                .filter_map(|one| one.attribute("ref"))
                .collect(),
            _ => particle.attribute("ref").into_iter().collect(),
        };
        let mut count = 0;
        while rest.next_if(|name| names.contains(name)).is_some() {
            count += 1;
        }
        let least = particle
            .attribute("minOccurs")
            .unwrap_or("1")
            .parse()
            .unwrap_or(1);
        let most = match particle.attribute("maxOccurs").unwrap_or("1") {
            "unbounded" => usize::MAX,
            most => most.parse().unwrap_or(1),
        };
        if !(least..=most).contains(&count) {
            found.push(format!(
                "element `{}` holds {count} of {names:?}",
                node.name
            ));
        }
    }
    if let Some(name) = rest.next() {
        found.push(format!(
            "element `{}` holds `{name}` out of place",
            node.name
        ));
    }
    for child in &node.children {
        element(schema, child, found);
    }
}

fn attributes(kind: &Node, node: &Node, found: &mut Vec<String>) {
    let declared: Vec<&Node> = kind
        .children
        .iter()
        .filter(|child| child.name == "xs:attribute")
        .collect();
    for attribute in &declared {
        let name = attribute.attribute("name").unwrap_or_default();
        match node.attribute(name) {
            None if attribute.attribute("use") == Some("required") => {
                found.push(format!("element `{}` lacks `{name}`", node.name));
            }
            Some(value) if !is_of(attribute.attribute("type"), value) => {
                found.push(format!(
                    "attribute `{name}` of `{}` is `{value}`",
                    node.name
                ));
            }
            _ => {}
        }
    }
    for name in node.attributes.keys() {
        if !declared
            .iter()
            .any(|attribute| attribute.attribute("name") == Some(name))
        {
            found.push(format!("element `{}` has an attribute `{name}`", node.name));
        }
    }
}

fn is_of(kind: Option<&str>, value: &str) -> bool {
    match kind {
        Some("xs:nonNegativeInteger") => value.parse::<u64>().is_ok(),
        Some("xs:decimal") => value.parse::<f64>().is_ok() && !value.contains(['e', 'E']),
        Some("xs:string") => true,
        other => panic!("the schema uses a type that is not known here: {other:?}"),
    }
}

#[test]
fn what_is_wrong_is_found() {
    let schema = include_str!("../data/junit.xsd");
    let wrong = r#"<testsuites name="a" tests="x" failures="0" errors="0" odd="1">text
        <testsuite name="b" tests="1" failures="0" errors="0">
          <testcase name="c" classname="d" time="0.1">
            <system-out/><failure message="" type=""/><error message="" type=""/>
          </testcase><other/>
        </testsuite></testsuites>"#;
    insta::assert_snapshot!(violations(schema, wrong).join("\n"), @"
    attribute `tests` of `testsuites` is `x`
    element `testsuites` has an attribute `odd`
    element `testsuites` holds text
    element `testsuite` holds `other` out of place
    element `testcase` holds `failure` out of place
    element `other` is not declared
    ");
}
