//! Which checks a description allows, and which it lacks something for.

use conformance::{
    catalogue,
    description::{Description, Usable, login},
    plan::{Mode, Offer, Plan, Wanted},
    profile::Profile,
};

use super::subject::CUSTOMER;

fn offer(description: &Description) -> Offer {
    Usable::new(description, None, &|_| Some("a-secret".to_owned()))
        .unwrap_or_else(|problems| panic!("a good description: {problems:?}"))
        .offer()
}

fn issuer() -> Description {
    Description {
        issuer: Some("https://id.example.test/realms/shop".to_owned()),
        ..Description::default()
    }
}

#[test]
fn an_issuer_alone_is_held_to_the_standards_alone() {
    let offer = offer(&issuer());
    assert!(offer.allows(Some(Profile::Oidc)));
    for other in [Some(Profile::Config), Some(Profile::HostedLogin), None] {
        assert!(!offer.allows(other));
    }
    let checks = catalogue::all();
    let plan = Plan::new(
        checks.iter().copied(),
        &Wanted::default(),
        Mode::Full,
        offer,
    );
    let profiles = |check: &conformance::check::Check| Profile::of(check.id);
    assert!(
        plan.checks
            .iter()
            .all(|check| profiles(check) == Some(Profile::Oidc))
    );
    assert!(!plan.is_empty(), "its discovery document can be looked at");
    let told = plan
        .skipped
        .iter()
        .find(|(check, _)| profiles(check) == Some(Profile::Config))
        .map(|(_, skip)| skip.reason.as_str());
    assert_eq!(
        told,
        Some("it needs a description with `url` and `customer`")
    );
}

#[test]
fn every_check_has_a_profile() {
    for check in catalogue::all() {
        assert!(Profile::of(check.id).is_some(), "`{}`", check.id);
    }
    for profile in Profile::ALL {
        assert_eq!(profile.as_str().parse(), Ok(profile));
        let of = |check: &conformance::check::Check| Profile::of(check.id) == Some(profile);
        assert!(catalogue::all().iter().any(of), "{profile}");
    }
}

#[test]
fn what_is_described_is_offered() {
    let mut description = Description {
        url: Some("https://id.example.test".to_owned()),
        customer: Some(CUSTOMER.to_owned()),
        ..Description::default()
    };
    let nothing = Offer {
        customer: true,
        ..Offer::default()
    };
    assert_eq!(offer(&description), nothing);
    description.clients.public = Some(login::LoginClient {
        id: Some("c1".to_owned()),
        redirect_uri: Some("app://cb".to_owned()),
        ..login::LoginClient::default()
    });
    let public_client = true;
    assert_eq!(
        offer(&description),
        Offer {
            public_client,
            ..nothing
        }
    );
    description.sign_in.code_env = Some("CODE".to_owned());
    let user = true;
    assert_eq!(
        offer(&description),
        Offer {
            public_client,
            user,
            ..nothing
        }
    );
}
