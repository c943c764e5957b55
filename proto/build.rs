//! Compiles the contracts: messages, clients and servers, the descriptor set, and the table of who may call what.

use std::{env, fmt::Write as _, fs, path::PathBuf};

use protox::prost_reflect::{DescriptorPool, MethodDescriptor};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const FILES: &[&str] = &[
    "atlas/access/v1/access.proto",
    "atlas/directory/v1/demo_service.proto",
    "atlas/directory/v1/directory_service.proto",
    "atlas/directory/v1/events.proto",
    "atlas/directory/v1/export_service.proto",
    "atlas/directory/v1/import_service.proto",
    "atlas/directory/v1/official_address_service.proto",
    "atlas/directory/v1/partner_service.proto",
    "atlas/events/v1/stamp.proto",
    "atlas/identity/v1/account.proto",
    "atlas/identity/v1/account_service.proto",
    "atlas/identity/v1/client_service.proto",
    "atlas/identity/v1/join_service.proto",
    "atlas/identity/v1/team_service.proto",
    "atlas/identity/v1/token_service.proto",
    "atlas/mail/v1/mail.proto",
    "atlas/notifications/v1/events.proto",
    "atlas/notifications/v1/message_service.proto",
    "atlas/operations/v1/operations_service.proto",
    "atlas/projects/v1/demo_service.proto",
    "atlas/projects/v1/events.proto",
    "atlas/projects/v1/export_service.proto",
    "atlas/projects/v1/import_service.proto",
    "atlas/projects/v1/record_service.proto",
];

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write through the environment")]
fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=atlas");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(FILES)?;

    fs::write(out.join("access.rs"), access_table(&compiler.descriptor_pool())?)?;
    fs::write(out.join("atlas.binpb"), compiler.encode_file_descriptor_set())?;
    let mut config = prost_build::Config::new();
    config.include_file("atlas.rs").bytes(["."]);
    tonic_prost_build::configure().compile_fds_with_config(compiler.file_descriptor_set(), config)?;
    Ok(())
}

/// Writes the table of every method and the callers it admits; a method that does not say so fails the build.
fn access_table(pool: &DescriptorPool) -> Result<String> {
    let mut table = String::from(
        "/// Every rpc, as `/package.Service/Method`, and the kinds of caller it admits.\npub const ACCESS: &[(&str, &[CallerKind])] = &[\n",
    );
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let callers =
            callers(pool, &method).ok_or_else(|| format!("{path} does not say who may call it (option atlas.access.v1.access)"))?;
        writeln!(table, "    ({path:?}, &[{callers}]),")?;
    }
    table.push_str("];\n");
    Ok(table)
}

/// The variants of `CallerKind` that the method's option names, ready to print; none when it names nobody.
fn callers(pool: &DescriptorPool, method: &MethodDescriptor) -> Option<String> {
    let extension = pool.get_extension_by_name("atlas.access.v1.access")?;
    let options = method.options();
    let access = options.get_extension(&extension);
    let callers = access.as_message()?.get_field_by_name("callers")?;
    let names: Vec<String> = callers.as_list()?.iter().filter_map(|kind| kind.as_enum_number()).map(|n| format!("kind({n})")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
