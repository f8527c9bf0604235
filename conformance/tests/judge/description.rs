//! Every kind of unusable description is found without asking the target, and named by the field that has to change.

use conformance::description::{Description, Kind, Usable};
use serde_json::json;

use super::subject::{self, CUSTOMER, SECRET};

/// Looks up a description in which the variable `SECRET` alone is set, and returns what is wrong.
fn problems(text: &str) -> Vec<String> {
    let found = Description::parse("target.toml", text)
        .map_err(|problem| vec![problem])
        .and_then(|description| {
            Usable::new(&description, None, &|name| {
                (name == "SECRET").then(|| SECRET.to_owned())
            })
        });
    let problems = found.map(|_| ()).expect_err("it cannot be used");
    problems.iter().map(ToString::to_string).collect()
}

fn with(extra: &str) -> String {
    format!("url = \"http://127.0.0.1:1\"\ncustomer = \"{CUSTOMER}\"\n{extra}")
}

fn without(field: &str) -> String {
    with("")
        .lines()
        .filter(|line| !line.starts_with(field))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_is_missing() {
    assert_eq!(
        problems(&without("url")),
        ["url: is missing; say where the target answers"]
    );
    assert_eq!(
        problems(&without("customer")),
        ["customer: is missing; it is the first segment of every path"]
    );
    assert_eq!(
        problems(&with("[configuration-client]\nsecret-env = \"SECRET\"")),
        ["configuration-client.id: is missing; give `id` or `id-env`"]
    );
    assert_eq!(
        problems(&with("[configuration-client]\nid = \"a\"")),
        ["configuration-client.secret-env: is missing; give `secret-env` or `secret-file`"]
    );
}

#[test]
fn what_is_not_an_address() {
    let url = |url: &str| problems(&format!("url = \"{url}\"\ncustomer = \"{CUSTOMER}\""));
    assert_eq!(
        url("ftp://id.example.test"),
        ["url: `ftp` is neither `http` nor `https`"]
    );
    assert_eq!(
        url("id.example.test"),
        ["url: `id.example.test` is not an address such as `https://id.example.test`"]
    );
    assert_eq!(
        url("https://id.example.test/base"),
        [
            "url: must end after the host and port: `id.example.test/base` has more, and paths begin with the customer"
        ]
    );
    let told = url("https://user:hush-hush@id.example.test");
    assert!(!told[0].contains("hush"), "{told:?}");
}

#[test]
fn what_is_not_a_customer() {
    let told = problems("url = \"http://h\"\ncustomer = \"shop\"");
    assert_eq!(told, ["customer: `shop` is not a UUID"]);
    let told = problems("url = \"http://h\"\ncustomer = \"01000000000030009000000000000000\"");
    assert_eq!(told.len(), 1);
}

#[test]
fn what_nobody_understands() {
    assert_eq!(
        problems(&with("ulr = 1")),
        [
            "ulr: `target.toml` line 3: unknown field `ulr`, expected one of `url`, `customer`, `issuer`, `mode`, `configuration-client`, `clients`, `user`, `sign-in`, `origins`, `tls`, `limits`, `bounds`, `control`, `listener`, `readings`"
        ]
    );
    let told = problems(&with("mode = 3"));
    assert!(
        told[0].starts_with("mode: `target.toml` line 3: "),
        "{told:?}"
    );
    let told = problems(&with("mode = \"careful\""));
    assert_eq!(
        told,
        ["mode: `careful` is not one of `read-only`, `own-objects`, `full`"]
    );
    let told = problems(&with("= what"));
    assert!(told[0].contains("`target.toml` line 3"), "{told:?}");
}

#[test]
fn where_the_credentials_are_not() {
    let client = |rest: &str| problems(&with(&format!("[configuration-client]\n{rest}")));
    assert_eq!(
        client("id-env = \"NOT_SET\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id-env: the environment variable `NOT_SET` is not set"]
    );
    assert_eq!(
        client("id = \"a\"\nid-env = \"SECRET\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id: is given twice, as `id` and as `id-env`; keep one"]
    );
    assert_eq!(
        client("id = \"\"\nsecret-env = \"SECRET\""),
        ["configuration-client.id: is empty"]
    );
    let told = client("id = \"a\"\nsecret-file = \"/no/such/file\"");
    assert!(
        told[0].starts_with("configuration-client.secret-file: cannot read `/no/such/file`"),
        "{told:?}"
    );
}

#[test]
fn a_secret_that_is_none() {
    let with_secret = |secret: &str| {
        let description = subject::description("http://127.0.0.1:1");
        let found = Usable::new(&description, None, &|_| Some(secret.to_owned()));
        found.expect_err("it cannot be used")[0].to_string()
    };
    assert_eq!(with_secret(""), "configuration-client.secret-env: is empty");
    assert_eq!(
        with_secret("abc"),
        "configuration-client.secret-env: has fewer than 4 characters, too few to be kept out of the reports"
    );
}

#[test]
fn numbers_out_of_range() {
    let told = problems(&with(
        "[limits]\nrate = 0.0\njobs = 0\nexchange-ms = -1\nbody-kib = 99999999",
    ));
    assert_eq!(
        told,
        [
            "limits.rate: `0` is out of range: 0.01 to 100000 requests a second",
            "limits.exchange-ms: `-1` is out of range: 1 to 3600000 milliseconds",
            "limits.body-kib: `99999999` is out of range: 1 to 65536 KiB",
            "limits.jobs: `0` is out of range: 1 to 256 checks",
        ]
    );
}

#[test]
fn readings_that_are_none() {
    let told = problems(&with(
        "[readings]\nno-such = \"1\"\nrejected-token = \"402\"",
    ));
    assert_eq!(
        told,
        [
            "readings.no-such: `no-such` is not a reading; see `proofhouse list --readings`",
            "readings.rejected-token: `402` is not an answer; listed: `401`, `403`",
        ]
    );
}

#[test]
fn authorities_that_are_none() {
    let told = problems(&with("[tls]\nroots = \"/no/such/file.pem\""));
    assert!(
        told[0].starts_with("tls.roots: cannot read `/no/such/file.pem`"),
        "{told:?}"
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().display().to_string();
    let told = problems(&with(&format!("[tls]\nroots = \"{path}\"")));
    assert_eq!(
        told,
        [format!(
            "tls.roots: `{path}` holds no certificate in PEM form"
        )]
    );
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(file.path(), nonsense).expect("written");
    let told = problems(&with(&format!("[tls]\nroots = \"{path}\"")));
    assert!(
        told[0].starts_with("tls.roots: TLS cannot be set up"),
        "{told:?}"
    );
}

#[test]
fn who_signs_in_is_described_wrongly() {
    let public = |rest: &str| problems(&with(&format!("[clients.public]\n{rest}")));
    assert_eq!(
        public("id = \"a\""),
        [
            "clients.public.redirect-uri: is missing; give one that is registered for the client; nothing is ever sent there"
        ]
    );
    assert_eq!(
        public("redirect-uri = \"app://cb\""),
        ["clients.public.id: is missing; give `id` or `id-env`"]
    );
    assert_eq!(
        public("id = \"a\"\nredirect-uri = \"/cb\""),
        ["clients.public.redirect-uri: `/cb` is not an absolute URI without a fragment"]
    );
    assert_eq!(
        public("id = \"a\"\nredirect-uri = \"app://cb\"\nsecret-env = \"SECRET\""),
        [
            "clients.public.secret-env: a public client has no secret; describe the client as `clients.confidential`"
        ]
    );
    let confidential = "[clients.confidential]\nid = \"a\"\nredirect-uri = \"app://cb#x\"";
    assert_eq!(
        problems(&with(confidential)),
        ["clients.confidential.secret-env: is missing; give `secret-env` or `secret-file`"]
    );
    let with_secret = format!("{confidential}\nsecret-env = \"SECRET\"");
    assert_eq!(
        problems(&with(&with_secret)),
        [
            "clients.confidential.redirect-uri: `app://cb#x` is not an absolute URI without a fragment"
        ]
    );
    assert_eq!(
        problems(&with("[user]\nname = \"a\"")),
        ["user.password-env: is missing; give `password-env` or `password-file`"]
    );
    assert_eq!(
        problems(&with("[user]\npassword-env = \"SECRET\"")),
        ["user.name: is missing; give `name` or `name-env`"]
    );
    let told = problems(&with("[user]\nname = \"a\"\npassword = \"hush-hush\""));
    assert!(told[0].contains("unknown field `password`"), "{told:?}");
    assert!(!told[0].contains("hush"), "{told:?}");
}

#[test]
fn a_sign_in_that_cannot_be_meant() {
    let steps = |rest: &str| problems(&with(&format!("[[sign-in.steps]]\n{rest}")));
    assert_eq!(
        steps("form = \"form[\""),
        ["sign-in.steps.1.form: `form[` is not a CSS selector"]
    );
    assert_eq!(
        steps("submit = \"<button>\""),
        ["sign-in.steps.1.submit: `<button>` is not a CSS selector"]
    );
    assert_eq!(
        problems(&with("[sign-in]\ncode-env = \"SECRET\"")),
        [
            "sign-in.code-env: a code belongs to a client; describe it as `clients.public` or `clients.confidential`"
        ]
    );
    assert_eq!(
        problems(&with(
            "[sign-in]\ncookie-env = \"SECRET\"\ncookie-file = \"x\""
        )),
        ["sign-in.cookie-env: is given twice, as `cookie-env` and as `cookie-file`; keep one"]
    );
}

#[test]
fn an_issuer_that_is_none() {
    let issuer = |issuer: &str| problems(&format!("issuer = \"{issuer}\""));
    assert_eq!(
        issuer("ftp://id.example.test"),
        ["issuer: `ftp` is neither `http` nor `https`"]
    );
    assert_eq!(
        issuer("https://id.example.test/a?b=c"),
        ["issuer: `id.example.test/a` must have no user, query or fragment"]
    );
    let told = issuer("https://user:hush-hush@id.example.test");
    assert!(!told[0].contains("hush"), "{told:?}");
    assert_eq!(
        problems(&with("issuer = \"https://id.example.test\"")),
        ["issuer: is given twice, as `issuer` and as `url`, `customer`; keep one"]
    );
    assert_eq!(
        problems(
            "issuer = \"https://id.example.test\"\n[configuration-client]\nid = \"a\"\nsecret-env = \"SECRET\""
        ),
        ["configuration-client: needs `url` and `customer` instead of `issuer`"]
    );
    assert_eq!(
        problems(&with("origins = [\"https://login.example.test/path\"]")),
        [
            "origins: must end after the host and port: `login.example.test/path` has more, and paths begin with the customer"
        ]
    );
}

#[test]
fn a_description_that_is_not_there() {
    let problem =
        Description::read(std::path::Path::new("/no/such/target.toml")).expect_err("not there");
    assert_eq!(problem.field, "--target");
    assert!(matches!(problem.kind, Kind::Unreadable { .. }));
}

#[test]
fn the_commented_examples_are_good_and_match_their_schema() {
    let schema = fixtures::schemas::find("target").expect("there is a schema");
    let schema = serde_json::from_str(schema.text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for (name, text) in [
        (
            "example.toml",
            include_str!("../../../fixtures/targets/example.toml"),
        ),
        (
            "issuer.toml",
            include_str!("../../../fixtures/targets/issuer.toml"),
        ),
    ] {
        let description = Description::parse(name, text).expect("it parses");
        let usable = Usable::new(&description, None, &|_| Some(SECRET.to_owned()))
            .unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert!(usable.offer().user, "{name}");
        let value: serde_json::Value = toml::from_str(text).expect("it is TOML");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
    for wrong in [
        json!({"url": "http://h"}),
        json!({"url": "http://h", "customer": CUSTOMER, "ulr": 1}),
        json!({"url": "http://h", "customer": CUSTOMER, "issuer": "http://h"}),
        json!({"issuer": "http://h", "configuration-client": {"id": "a", "secret-env": "B"}}),
        json!({"issuer": "http://h", "user": {"name": "a"}}),
        json!({"issuer": "http://h", "clients": {"public": {"id": "a"}}}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn a_control_api_is_on_this_machine_or_behind_tls() {
    let control = |url: &str| with(&format!("[control]\nurl = \"{url}\""));
    assert_eq!(
        problems(&control("http://id.example.test:9401")),
        [
            "control.url: `http://id.example.test:9401` is neither `https` nor on loopback: whoever listens on the way owns the target"
        ]
    );
    assert_eq!(
        problems(&control("http://127.0.0.1:9401/_control")),
        [
            "control.url: must end after the host and port: `127.0.0.1/_control` has more, and paths begin with the customer"
        ]
    );
    assert_eq!(
        problems(&with("[control]")),
        ["control.url: is missing; say where the control API answers"]
    );
    assert_eq!(
        problems(&with("[control]\nsecret = \"x\"")),
        ["secret: `target.toml` line 4: unknown field `secret`, expected `url`"]
    );
    let usable = |mode: &str, url: &str| {
        let text = format!(
            "url = \"http://127.0.0.1:1\"\ncustomer = \"{CUSTOMER}\"\nmode = \"{mode}\"\n[control]\nurl = \"{url}\""
        );
        let description = Description::parse("target.toml", &text).expect("a description");
        let usable = Usable::new(&description, None, &|_| None).expect("a usable one");
        usable.settings.control
    };
    for url in [
        "http://[::1]:9401",
        "http://localhost:1",
        "https://id.example.test",
    ] {
        assert_eq!(usable("own-objects", url).as_deref(), Some(url));
        assert_eq!(usable("read-only", url), None, "the clock is left alone");
    }
}
