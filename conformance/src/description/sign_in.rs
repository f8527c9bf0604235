//! What a description says of signing in, with everything looked up and checked.

use std::path::Path;

use super::{
    file::Description,
    login,
    lookup::Lookup,
    problem::{Kind, Problem},
};
use crate::{
    browser::recipe::{Recipe, Step},
    relying_party::{Kind as ClientKind, Login, LoginClient, User, login::HandedCode},
    secret::Secret,
};

/// Looks up and checks what a description says of signing in.
pub(super) fn login(
    description: &Description,
    variable: &dyn Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Login {
    let folder = description.folder.as_path();
    let clients = &description.clients;
    let public = clients.public.as_ref().map(|client| {
        let lookup = lookup("clients.public", folder, variable);
        login_client(client, ClientKind::Public, &lookup)
    });
    let confidential = clients.confidential.as_ref().map(|client| {
        let lookup = lookup("clients.confidential", folder, variable);
        login_client(client, ClientKind::Confidential, &lookup)
    });
    let user = description
        .user
        .as_ref()
        .map(|described| user(described, &lookup("user", folder, variable)));
    let sign_in = &description.sign_in;
    let lookup = lookup("sign-in", folder, variable);
    let mut login = Login {
        public: keep(problems, public),
        confidential: keep(problems, confidential),
        user: keep(problems, user),
        recipe: keep(problems, Some(recipe(sign_in, &lookup))).unwrap_or_default(),
        cookie: keep(problems, Some(cookie(sign_in, &lookup))).flatten(),
        code: keep(problems, Some(code(sign_in, &lookup))).flatten(),
    };
    if login.code.is_some() && login.described().is_none() && problems.is_empty() {
        problems.push(lookup.problem("code-env", Kind::CodeOfNobody));
        login.code = None;
    }
    login
}

fn lookup<'d>(
    table: &'d str,
    folder: &'d Path,
    variable: &'d dyn Fn(&str) -> Option<String>,
) -> Lookup<'d> {
    Lookup {
        table,
        folder,
        variable,
    }
}

fn keep<T>(problems: &mut Vec<Problem>, result: Option<Result<T, Problem>>) -> Option<T> {
    result?.map_err(|problem| problems.push(problem)).ok()
}

fn login_client(
    client: &login::LoginClient,
    kind: ClientKind,
    lookup: &Lookup<'_>,
) -> Result<LoginClient, Problem> {
    let id = lookup.plain(
        ["id", "id-env"],
        client.id.as_ref(),
        client.id_env.as_ref(),
        "give `id` or `id-env`",
    )?;
    let fields = ["secret-env", "secret-file"];
    let (env, file) = (client.secret_env.as_ref(), client.secret_file.as_deref());
    let secret = match kind {
        ClientKind::Confidential => {
            let missing = "give `secret-env` or `secret-file`";
            Some(lookup.required_secret(fields, env, file, missing)?)
        }
        ClientKind::Public if env.is_some() || file.is_some() => {
            let field = if env.is_some() { fields[0] } else { fields[1] };
            return Err(lookup.problem(field, Kind::SecretOfPublic));
        }
        ClientKind::Public => None,
    };
    let redirect_uri = client.redirect_uri.clone().ok_or_else(|| {
        let missing = "give one that is registered for the client; nothing is ever sent there";
        lookup.problem("redirect-uri", Kind::Missing(missing))
    })?;
    let after_logout = client.post_logout_redirect_uri.clone();
    Ok(LoginClient {
        kind,
        id,
        secret,
        redirect_uri: place("redirect-uri", redirect_uri, lookup)?,
        post_logout_redirect_uri: after_logout
            .map(|uri| place("post-logout-redirect-uri", uri, lookup))
            .transpose()?,
    })
}

/// Returns a URI that a browser can be sent to: a custom scheme is a good one, and a fragment is none (RFC 6749 section 3.1.2).
fn place(field: &str, uri: String, lookup: &Lookup<'_>) -> Result<String, Problem> {
    match url::Url::parse(&uri) {
        Ok(parsed) if parsed.fragment().is_none() => Ok(uri),
        _ => Err(lookup.problem(field, Kind::NotARedirectUri(uri))),
    }
}

fn user(user: &login::User, lookup: &Lookup<'_>) -> Result<User, Problem> {
    Ok(User {
        name: lookup.plain(
            ["name", "name-env"],
            user.name.as_ref(),
            user.name_env.as_ref(),
            "give `name` or `name-env`",
        )?,
        password: lookup.required_secret(
            ["password-env", "password-file"],
            user.password_env.as_ref(),
            user.password_file.as_deref(),
            "give `password-env` or `password-file`",
        )?,
    })
}

fn recipe(sign_in: &login::SignIn, lookup: &Lookup<'_>) -> Result<Recipe, Problem> {
    let selector = |number: usize, field: &str, text: &str| match scraper::Selector::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => {
            let field = format!("steps.{}.{field}", number + 1);
            Err(lookup.problem(&field, Kind::NotASelector(text.to_owned())))
        }
    };
    let step = |(number, step): (usize, &login::Step)| {
        let form = step.form.as_deref().unwrap_or("form");
        let submit = step.submit.as_deref();
        Ok(Step {
            form: selector(number, "form", form)?,
            fields: step.fields.clone(),
            submit: submit
                .map(|submit| selector(number, "submit", submit))
                .transpose()?,
        })
    };
    let steps: Result<Vec<Step>, Problem> = sign_in.steps.iter().enumerate().map(step).collect();
    Ok(Recipe { steps: steps? })
}

fn cookie(sign_in: &login::SignIn, lookup: &Lookup<'_>) -> Result<Option<Secret>, Problem> {
    let fields = ["cookie-env", "cookie-file"];
    let (env, file) = (sign_in.cookie_env.as_ref(), sign_in.cookie_file.as_deref());
    let cookie = lookup.secret(fields, env, file)?;
    let is_header = |cookie: &Secret| {
        cookie
            .expose()
            .split(';')
            .all(|pair| pair.contains('=') && !pair.contains(char::is_control))
    };
    match cookie {
        Some(cookie) if !is_header(&cookie) => {
            let field = if env.is_some() { fields[0] } else { fields[1] };
            Err(lookup.problem(field, Kind::NotACookie))
        }
        cookie => Ok(cookie),
    }
}

fn code(sign_in: &login::SignIn, lookup: &Lookup<'_>) -> Result<Option<HandedCode>, Problem> {
    let code = lookup.secret(
        ["code-env", "code-file"],
        sign_in.code_env.as_ref(),
        sign_in.code_file.as_deref(),
    )?;
    let verifier = lookup.secret(
        ["verifier-env", "verifier-file"],
        sign_in.verifier_env.as_ref(),
        sign_in.verifier_file.as_deref(),
    )?;
    Ok(code.map(|code| HandedCode { code, verifier }))
}
