use std::collections::BTreeMap;

use atlas_proto::identity::v1::{ListMembersRequest, ListMembersResponse, Member, MembershipRequest};
use kernel::Right;

use super::Office;
use crate::{
    error::PageError,
    forms::{FormView, Kind},
    people::{Halt, space::role_key},
    session::SignedIn,
};

/// Who belongs to the teams that people ask to join: one of them may have left, and is replaced by who asks.
#[derive(Debug, Default)]
pub struct Colleagues(BTreeMap<String, Vec<Member>>);

impl Colleagues {
    /// The teams that these requests are about; one that is not the caller's to see is as good as empty.
    ///
    /// # Errors
    /// What identity answers.
    pub async fn of(person: &SignedIn, office: &Office, requests: &[MembershipRequest]) -> Result<Self, Halt> {
        let mut teams = BTreeMap::new();
        for request in requests {
            let id = &request.collectivite_id;
            if teams.contains_key(id) {
                continue;
            }
            let asked = ListMembersRequest { scope: format!("collectivite:{id}") };
            let told = person.teams(&office.right, asked, |mut teams, asked| async move { teams.list_members(asked).await }).await;
            let team = match told {
                Err(Halt::Page(PageError::NotFound)) => ListMembersResponse::default(),
                told => told?,
            };
            teams.insert(id.clone(), team.members);
        }
        Ok(Self(teams))
    }

    /// Adds the field that says who has left, where there is anybody.
    pub fn field(&self, form: FormView, person: &SignedIn, collectivite: &str) -> FormView {
        let Some(members) = self.0.get(collectivite).filter(|members| !members.is_empty()) else { return form };
        let words = person.words();
        form.field(person, "replaces", Kind::Select, |field| {
            let nobody = (String::new(), words.say("replaces-nobody"), String::new());
            field.choose(std::iter::once(nobody).chain(members.iter().map(|member| choice(person, member))));
            field.hint(words.say("replaces-hint"));
            field.optional();
        })
    }
}

/// A member as somebody who decides knows them: name, and role.
fn choice(person: &SignedIn, member: &Member) -> (String, String, String) {
    let membership = member.membership.clone().unwrap_or_default();
    let name = format!("{} {}", member.first_name, member.last_name);
    let role: Option<Right> = membership.right.parse().ok();
    let role = role.map(|right| format!(" ({})", person.words().say(role_key(right.role)))).unwrap_or_default();
    (membership.membership_id, format!("{}{role}", name.trim()), String::new())
}
