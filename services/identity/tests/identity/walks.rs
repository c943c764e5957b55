//! Flows through the wire: of all that can be sent at each step, only what the step waits for moves anything.

use atlas_proto::{
    access::ACCESS,
    identity::v1::{self as pb, FlowKind, FlowStep},
};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::Value;
use tonic::{Code, Status};

use crate::{
    authenticator::Authenticator,
    people::{ANNE, Browser, NEXT, PASSWORD, Town, VILLAGE, sign_up},
    world::refusal,
};

/// What a browser can send about a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Resend,
    Correct,
    EmptyAddress,
    RightCode,
    WrongCode,
    EmptyCode,
    LinkHere,
    LinkElsewhere,
    EmptyLink,
    Password,
    EmptyPassword,
    SecondFactor,
    EmptySecondFactor,
    AskPasskey,
    Passkey,
    EmptyPasskey,
    AddPasskey,
    EmptyNewPasskey,
}

const ALL: [Sent; 18] = [
    Sent::Resend,
    Sent::Correct,
    Sent::EmptyAddress,
    Sent::RightCode,
    Sent::WrongCode,
    Sent::EmptyCode,
    Sent::LinkHere,
    Sent::LinkElsewhere,
    Sent::EmptyLink,
    Sent::Password,
    Sent::EmptyPassword,
    Sent::SecondFactor,
    Sent::EmptySecondFactor,
    Sent::AskPasskey,
    Sent::Passkey,
    Sent::EmptyPasskey,
    Sent::AddPasskey,
    Sent::EmptyNewPasskey,
];

/// The step that follows, by the contract; none where nothing may move. A passkey answers only what it is asked.
fn expected(kind: FlowKind, step: FlowStep, sent: Sent, asked: bool) -> Option<FlowStep> {
    use Sent as S;
    let proves = matches!(sent, S::RightCode | S::LinkHere | S::LinkElsewhere);
    match (kind, step) {
        (FlowKind::AddressRecovery, FlowStep::Mail) => (sent == S::Resend).then_some(step),
        (_, FlowStep::Mail) if matches!(sent, S::Resend | S::Correct) => Some(step),
        (FlowKind::SignUp, FlowStep::Mail) if sent == S::LinkElsewhere => Some(FlowStep::Password),
        (FlowKind::SignUp | FlowKind::EmailChange, FlowStep::Mail) => proves.then_some(FlowStep::Done),
        (FlowKind::Recovery, FlowStep::Mail) => proves.then_some(FlowStep::Password),
        (_, FlowStep::Password) => (sent == S::Password).then_some(FlowStep::Done),
        (_, FlowStep::SecondFactor) if sent == S::AskPasskey => Some(step),
        (_, FlowStep::SecondFactor) => (sent == S::SecondFactor || (sent == S::Passkey && asked)).then_some(FlowStep::Done),
        (FlowKind::PasskeySignIn, FlowStep::Passkey) => (sent == S::Passkey && asked).then_some(FlowStep::Done),
        (FlowKind::PasskeySetUp, FlowStep::Passkey) => (sent == S::AddPasskey && asked).then_some(FlowStep::Done),
        _ => None,
    }
}

/// A flow as its browser has it, and the newest mail it was sent.
struct Walker<'a> {
    town: &'a Town,
    browser: Browser,
    secret: String,
    link: String,
    code: String,
    second: String,
    session: String,
    /// What a passkey was asked last; empty when it has answered.
    options: String,
    passkey: Authenticator,
}

impl Walker<'_> {
    /// Sends something; gives where the flow stands after it.
    async fn send(&mut self, sent: Sent) -> Result<Option<pb::Flow>, Status> {
        let (browser, secret) = (self.browser.clone(), self.secret.clone());
        Ok(match sent {
            Sent::Resend => Some(browser.resend(&secret).await?),
            Sent::Correct => Some(browser.correct(&secret, &self.browser.flow(&secret).await?.email).await?),
            Sent::EmptyAddress => Some(browser.correct(&secret, "").await?),
            Sent::RightCode => self.moved(browser.code(&secret, &self.code.clone()).await.map(|done| (done.flow, done.flow_secret)))?,
            Sent::WrongCode => browser.code(&secret, "12345").await?.flow,
            Sent::EmptyCode => browser.code(&secret, "").await?.flow,
            Sent::LinkHere => self.moved(browser.link(&self.link, &secret).await.map(|done| (done.flow, done.flow_secret)))?,
            Sent::LinkElsewhere => self.moved(browser.link(&self.link, "").await.map(|done| (done.flow, done.flow_secret)))?,
            Sent::EmptyLink => browser.link("", &secret).await?.flow,
            Sent::Password => {
                browser.choose(&secret, NEXT).await?;
                Some(browser.flow(&secret).await?)
            }
            Sent::EmptyPassword => {
                browser.choose(&secret, "").await?;
                None
            }
            Sent::SecondFactor => {
                browser.second_factor(&secret, &self.second.clone()).await?;
                None
            }
            Sent::EmptySecondFactor => {
                browser.second_factor(&secret, "").await?;
                None
            }
            Sent::AskPasskey => {
                self.options = browser.ask_for_passkey(&secret).await?;
                Some(browser.flow(&secret).await?)
            }
            Sent::Passkey | Sent::EmptyPasskey => {
                let answer = if sent == Sent::Passkey { self.passkey.get(&self.asked()) } else { String::new() };
                let entered = browser.enter_passkey(&secret, &answer, "").await;
                self.answered(&entered);
                entered.map(|_| None)?
            }
            Sent::AddPasskey | Sent::EmptyNewPasskey => {
                let answer = if sent == Sent::AddPasskey { Authenticator::new().create(&self.asked()) } else { String::new() };
                let added = browser.confirm_passkey(&self.session.clone(), &secret, &answer).await;
                self.answered(&added);
                added.map(|_| None)?
            }
        })
    }

    /// What a passkey is asked: the last challenge, or one that nobody made.
    fn asked(&self) -> String {
        let nobodys = r#"{"challenge":"AAAAAAAAAAAAAAAAAAAAAA","rpId":"atlas.test","userVerification":"required","rp":{"id":"atlas.test"},
            "user":{"id":"AAAAAAAAAAAAAAAAAAAAAA"},"authenticatorSelection":{"userVerification":"required","residentKey":"required"}}"#;
        let mut asked: Value = serde_json::from_str(nobodys).unwrap();
        if let Ok(Value::Object(options)) = serde_json::from_str(&self.options) {
            asked.as_object_mut().unwrap().extend(options);
        }
        asked.to_string()
    }

    /// What was asked is used up, unless the flow did not wait for an answer.
    fn answered<T>(&mut self, answer: &Result<T, Status>) {
        if !answer.as_ref().is_err_and(|status| status.code() == Code::FailedPrecondition) {
            self.options.clear();
        }
    }

    fn moved(&mut self, answer: Result<(Option<pb::Flow>, String), Status>) -> Result<Option<pb::Flow>, Status> {
        let (flow, secret) = answer?;
        self.secret = secret;
        Ok(flow)
    }

    /// Takes link and code from the newest mail of the flow, where there is one.
    async fn read_mail(&mut self) {
        self.town.settled().await;
        let mails = self.town.mails().await;
        if let Some(mail) = mails.iter().rev().find(|mail| mail.said.link_path.starts_with("/compte/lien/")) {
            (self.link, self.code) = (mail.link(), mail.said.code.clone());
        }
    }
}

/// A walker at the beginning of a flow of a kind, in a town where nothing was tried yet.
async fn begin(town: &Town, kind: FlowKind) -> Walker<'_> {
    town.sql("delete from flows").await;
    town.sql("delete from mails").await;
    town.sql("delete from accounts").await;
    town.calm().await;
    let browser = town.browser();
    let mut walker = Walker {
        town,
        browser: browser.clone(),
        secret: String::new(),
        link: "x".into(),
        code: "x".into(),
        second: "x".into(),
        session: "x".into(),
        options: String::new(),
        passkey: Authenticator::new(),
    };
    if kind == FlowKind::SignUp {
        walker.secret = browser.sign_up(ANNE).await.unwrap().flow_secret;
        walker.read_mail().await;
        return walker;
    }
    let (_, entered) = town.anne().await;
    town.sql("delete from mails").await;
    walker.session.clone_from(&entered.session_secret);
    walker.secret = match kind {
        FlowKind::Recovery => browser.recover(ANNE).await.unwrap().flow_secret,
        FlowKind::EmailChange => browser.change_email(&entered.session_secret, "anne.canari@example.org").await.unwrap().flow_secret,
        FlowKind::AddressRecovery => {
            let request = pb::StartAddressRecoveryRequest { collectivite_id: VILLAGE.into(), locale: "fr".into() };
            browser.api().start_address_recovery(browser.asks(request)).await.unwrap().into_inner().flow_secret
        }
        FlowKind::PasskeySignIn => {
            browser.add_passkey(&walker.session, "Clé", &mut walker.passkey).await;
            let asked = browser.start_passkey_sign_in().await.unwrap();
            walker.options = asked.options;
            asked.flow_secret
        }
        FlowKind::PasskeySetUp => {
            let asked = browser.start_passkey(&walker.session, "Clé").await.unwrap();
            walker.options = asked.options;
            asked.flow_secret
        }
        _ => {
            browser.add_passkey(&walker.session, "Clé", &mut walker.passkey).await;
            let set_up = crate::second_factor::set_up(town, &browser, &entered.session_secret).await;
            walker.second = set_up.codes[0].clone();
            walker.session = set_up.session;
            browser.sign_in(ANNE, PASSWORD).await.unwrap().flow_secret
        }
    };
    walker.read_mail().await;
    walker
}

/// Walks, and compares each step with the contract.
async fn walk(town: &Town, kind: FlowKind, path: &[Sent]) {
    let mut walker = begin(town, kind).await;
    let mut step = walker.browser.flow(&walker.secret).await.unwrap().step();
    for sent in path {
        // Buckets have tests of their own; here only the steps are looked at, and each proof is a fresh one.
        town.calm().await;
        town.sql("update flows set tries = 0").await;
        let asked = !walker.options.is_empty();
        let answer = walker.send(*sent).await;
        match (expected(kind, step, *sent, asked), answer) {
            (Some(next), Ok(flow)) => {
                assert!(flow.is_none_or(|flow| flow.step() == next), "{kind:?} {step:?} {sent:?}");
                step = next;
                if step == FlowStep::Mail {
                    walker.read_mail().await;
                }
            }
            (None, Err(status)) => {
                let refused = [Code::FailedPrecondition, Code::InvalidArgument, Code::NotFound];
                // Who has no session adds nothing, whatever the flow is.
                let nobody = *sent == Sent::AddPasskey || *sent == Sent::EmptyNewPasskey;
                let refused = refused.contains(&status.code()) || (nobody && status.code() == Code::Unauthenticated);
                assert!(refused, "{kind:?} {step:?} {sent:?}: {status:?}");
                let stands = walker.browser.flow(&walker.secret).await.map(|flow| flow.step());
                assert!(stands.as_ref().is_ok_and(|stands| *stands == step) || stands.is_err(), "{kind:?} {step:?} {sent:?}: {stands:?}");
            }
            (expected, answer) => panic!("{kind:?} {step:?} {sent:?}: {answer:?}, expected {expected:?}"),
        }
        if step == FlowStep::Done && matches!(kind, FlowKind::SecondFactor | FlowKind::PasskeySignIn | FlowKind::PasskeySetUp) {
            return;
        }
    }
}

const KINDS: [FlowKind; 7] = [
    FlowKind::SignUp,
    FlowKind::Recovery,
    FlowKind::AddressRecovery,
    FlowKind::EmailChange,
    FlowKind::SecondFactor,
    FlowKind::PasskeySignIn,
    FlowKind::PasskeySetUp,
];

#[tokio::test(flavor = "multi_thread")]
async fn b1_b11_at_each_step_only_what_it_waits_for_moves_a_flow() {
    let town = Town::start().await;
    let proofs = [None, Some(Sent::LinkHere), Some(Sent::LinkElsewhere)];
    for kind in KINDS {
        for proof in proofs {
            if proof.is_some_and(|proof| expected(kind, FlowStep::Mail, proof, false).is_none()) {
                continue;
            }
            let refused = |step: FlowStep| ALL.into_iter().filter(move |sent| expected(kind, step, *sent, true).is_none());
            let first = match kind {
                FlowKind::SecondFactor => FlowStep::SecondFactor,
                FlowKind::PasskeySignIn | FlowKind::PasskeySetUp => FlowStep::Passkey,
                _ => FlowStep::Mail,
            };
            let after = proof.and_then(|proof| expected(kind, FlowStep::Mail, proof, false));
            let path: Vec<Sent> = match after {
                None => refused(first).collect(),
                Some(step) => proof.into_iter().chain(refused(step)).collect(),
            };
            walk(&town, kind, &path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_b11_random_walks_move_only_along_the_edges() {
    let town = Town::start().await;
    let mut runner = TestRunner::deterministic();
    let paths = (0..KINDS.len(), proptest::collection::vec(0..ALL.len(), 1..8));
    for _ in 0..if long() { 200 } else { 12 } {
        let (kind, path) = paths.new_tree(&mut runner).unwrap().current();
        let path: Vec<Sent> = path.into_iter().map(|sent| ALL[sent]).collect();
        walk(&town, KINDS[kind], &path).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
pub fn long() -> bool {
    std::env::var("ATLAS_TEST_LONG").is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn b26_no_malformed_request_is_an_error_of_ours() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let texts = [
        "",
        "\u{0}",
        "null",
        "-1",
        "9999999999999999999999",
        "é\u{301}\u{202e}",
        "%00",
        "../../etc",
        "{{7*7}}",
        "'; drop table accounts; --",
    ];
    let long = "𝔘".repeat(20_000);
    for text in texts.into_iter().chain([long.as_str()]) {
        let t = || text.to_owned();
        let session = || entered.session_secret.clone();
        let account = pb::Account { first_name: t(), last_name: t(), function: t(), locale: t(), etag: t(), ..Default::default() };
        let draft = pb::Draft { form: t(), fields: vec![pb::DraftField { name: t(), value: t() }], saved_at: None };
        let passkey = anne.start_passkey(&session(), "Clé").await.unwrap();
        let up = pb::StartSignUpRequest { email: t(), password: t(), first_name: t(), collectivite_id: t(), ..sign_up(ANNE) };
        let answers = [
            anne.api().start_sign_up(anne.asks(up)).await.err(),
            anne.sign_in_with(text, text, text).await.err(),
            anne.code(text, text).await.err(),
            anne.link(text, text).await.err(),
            anne.look_at_link(text).await.err(),
            anne.choose(text, text).await.err(),
            anne.second_factor(text, text).await.err(),
            anne.recover(text).await.err(),
            anne.correct(text, text).await.err(),
            anne.resume(text).await.err(),
            anne.token(&session(), text).await.err(),
            anne.change_password(&session(), text, text).await.err(),
            anne.change_email(&session(), text).await.err(),
            anne.reauthenticate(&session(), text).await.err(),
            anne.end_sessions(&session(), text).await.err(),
            anne.start_passkey(&session(), text).await.err(),
            anne.confirm_passkey(&session(), &passkey.flow_secret, text).await.err(),
            anne.remove_passkey(&session(), text).await.err(),
            anne.ask_for_passkey(text).await.err(),
            anne.enter_passkey(text, text, text).await.err(),
            anne.enter_passkey(&anne.start_passkey_sign_in().await.unwrap().flow_secret, text, text).await.err(),
            anne.api()
                .update_account(anne.asks(pb::UpdateAccountRequest { session_secret: session(), account: Some(account) }))
                .await
                .err(),
            anne.api().save_draft(anne.asks(pb::SaveDraftRequest { session_secret: session(), draft: Some(draft) })).await.err(),
            anne.api().get_draft(anne.asks(pb::GetDraftRequest { session_secret: session(), form: t() })).await.err(),
            town.prepare(text).await.err(),
            town.resolve(text).await.err(),
            town.resolve(&format!("identity:account:{text}")).await.err(),
        ];
        let ours = |status: &Option<Status>| {
            let code = status.as_ref().map(Status::code);
            matches!(code, Some(Code::Internal | Code::Unknown | Code::Unavailable))
        };
        let shown = text.escape_debug().take(30).collect::<String>();
        assert_eq!(answers.iter().position(ours), None, "which call failed of those above, with {shown}: {answers:?}");
        town.calm().await;
    }
    assert!(anne.resume(&entered.session_secret).await.is_ok() || anne.sign_in(ANNE, PASSWORD).await.is_ok());
}

/// Every method of the account service: whether it looks at a secret that can be guessed, and what is guessed there.
const METHODS: [(&str, bool); 35] = [
    ("StartSignUp", false),
    ("SuggestPassword", false),
    ("StartRecovery", false),
    ("StartAddressRecovery", false),
    ("GetFlow", false),
    ("ResendFlowMail", false),
    ("CorrectFlowAddress", false),
    ("EnterCode", true),
    ("GetLink", false),
    ("UseLink", false),
    ("ChoosePassword", false),
    ("SignIn", true),
    ("EnterSecondFactor", true),
    ("StartSecondFactor", false),
    ("ConfirmSecondFactor", true),
    ("RemoveSecondFactor", false),
    ("StartPasskey", false),
    ("ConfirmPasskey", false),
    ("ListPasskeys", false),
    ("RemovePasskey", false),
    ("StartPasskeySignIn", false),
    ("AskForPasskey", false),
    ("EnterPasskey", true),
    ("SignOut", false),
    ("ResumeSession", false),
    ("IssueSessionToken", false),
    ("Reauthenticate", true),
    ("ListSessions", false),
    ("EndSessions", false),
    ("UpdateAccount", false),
    ("ChangePassword", true),
    ("StartEmailChange", false),
    ("SaveDraft", false),
    ("GetDraft", false),
    ("DropDraft", false),
];

#[tokio::test(flavor = "multi_thread")]
async fn b15_every_method_that_checks_a_secret_that_can_be_guessed_has_an_end_to_guessing() {
    let methods = ACCESS.iter().filter_map(|(path, _)| path.strip_prefix("/atlas.identity.v1.AccountService/"));
    let unlisted: Vec<&str> = methods.filter(|method| !METHODS.iter().any(|(known, _)| known == method)).collect();
    assert_eq!(unlisted, Vec::<&str>::new(), "say of each method whether it checks a secret");

    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let set_up = crate::second_factor::set_up(&town, &anne, &entered.session_secret).await;
    let session = set_up.session;
    let mut passkey = Authenticator::new();
    anne.add_passkey(&session, "Clé", &mut passkey).await;
    let start = pb::StartSecondFactorRequest { session_secret: session.clone() };
    anne.api().start_second_factor(anne.asks(start)).await.unwrap();
    for (method, _) in METHODS.iter().filter(|(_, checks)| *checks) {
        town.calm().await;
        let recovery = anne.recover(ANNE).await.unwrap().flow_secret;
        let second = anne.sign_in(ANNE, PASSWORD).await.unwrap().flow_secret;
        let mut guesses = 0;
        let ended = loop {
            let refused = match *method {
                "EnterCode" => anne.code(&recovery, "x").await.unwrap_err(),
                "SignIn" => anne.sign_in(ANNE, "not the password at all").await.unwrap_err(),
                "EnterSecondFactor" => anne.second_factor(&second, "x").await.unwrap_err(),
                "ConfirmSecondFactor" => {
                    let confirm = pb::ConfirmSecondFactorRequest { session_secret: session.clone(), code: "x".into() };
                    anne.api().confirm_second_factor(anne.asks(confirm)).await.unwrap_err()
                }
                "EnterPasskey" => anne.sign_in_by(&mut passkey.forged()).await.unwrap_err(),
                "Reauthenticate" => anne.reauthenticate(&session, "not the password at all").await.unwrap_err(),
                "ChangePassword" => anne.change_password(&session, "not the password at all", NEXT).await.unwrap_err(),
                other => panic!("{other} checks a secret, and nothing here guesses it"),
            };
            let over = refusal(&refused).1 == "TOO_MANY_ATTEMPTS" || format!("{refused:?}").contains("NO_TRIES_LEFT");
            guesses += 1;
            if over || guesses > 20 {
                break over;
            }
        };
        assert!(ended && guesses <= 12, "{method}: {guesses} guesses");
    }
}
