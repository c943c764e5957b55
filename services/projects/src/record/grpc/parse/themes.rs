use atlas_proto::projects::v1 as pb;
use kernel::{Etag, Fields, RequestId, Version, Violations};

use super::{Part, request_id};
use crate::record::{
    commands::themes::{Add, Update},
    domain::{Line, Theme, ThemeCode, ThemeEdit},
};

const PATHS: [&str; 7] = ["name_fr", "name_en", "parent_code", "dac_sectors", "sdgs", "retired", "rank"];

/// Reads a theme to be added.
pub fn create(request: &pb::CreateThemeRequest) -> Result<(RequestId, Add), Violations> {
    let mut fields = Fields::default();
    fields.check("theme", request.theme.is_some(), "expected a theme");
    let id = request_id(&mut fields, &request.request_id);
    let theme = theme(&mut fields, "theme", &request.theme.clone().unwrap_or_default());
    fields.finish(id.zip(theme.map(Add)))
}

/// Reads an edit of a theme.
pub fn update(request: &pb::UpdateThemeRequest) -> Result<(RequestId, Update), Violations> {
    let mut fields = Fields::default();
    let wire = request.theme.clone().unwrap_or_default();
    fields.check("theme", request.theme.is_some(), "expected the theme with its etag");
    let code = fields.parse("theme.code", &wire.code);
    let seen: Option<Etag> = fields.parse("theme.etag", &wire.etag);
    let id = request_id(&mut fields, &request.request_id);
    let part = Part::masked(&mut fields, "theme", request.update_mask.as_ref(), &PATHS);
    let edit = edit(&mut fields, &part, &wire);
    fields.finish(code.zip(seen).zip(id).map(|((theme, seen), id)| (id, Update { theme, seen, edit })))
}

/// Reads a theme of an import.
pub fn imported(wire: &pb::Theme) -> Result<Theme, Violations> {
    let mut fields = Fields::default();
    let theme = theme(&mut fields, "", wire);
    fields.finish(theme)
}

fn theme(fields: &mut Fields, name: &'static str, wire: &pb::Theme) -> Option<Theme> {
    let part = Part::whole(name, PATHS.to_vec());
    let code = fields.parse(&part.field("code"), &wire.code);
    let edit = edit(fields, &part, wire);
    Some(Theme {
        code: code?,
        name_fr: edit.name_fr?,
        name_en: edit.name_en?,
        parent: edit.parent?,
        dac_sectors: edit.dac_sectors?,
        sdgs: edit.sdgs?,
        retired: wire.retired,
        rank: wire.rank,
        changed_here: false,
        version: Version(1),
    })
}

fn edit(fields: &mut Fields, part: &Part<'_>, wire: &pb::Theme) -> ThemeEdit {
    let name_fr: Option<Line<200>> = part.text(fields, "name_fr", &wire.name_fr);
    fields.check(&part.field("name_fr"), name_fr.as_ref().is_none_or(|name| !name.is_empty()), "expected a name");
    let sector = |fields: &mut Fields, field: &str, text: &String| {
        let is_sector = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        fields.check(field, is_sector, "expected three digits");
        Some(text.clone())
    };
    let parent = |fields: &mut Fields| fields.parse_optional::<ThemeCode>(&part.field("parent_code"), &wire.parent_code);
    ThemeEdit {
        name_fr,
        name_en: part.text(fields, "name_en", &wire.name_en),
        parent: part.has("parent_code").then(|| parent(fields)),
        dac_sectors: part.list(fields, "dac_sectors", &wire.dac_sectors, 100, sector),
        sdgs: part.sdgs(fields, &wire.sdgs),
        retired: part.has("retired").then_some(wire.retired),
        rank: part.has("rank").then_some(wire.rank),
    }
}
