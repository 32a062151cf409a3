//! Writes again what was read, from nothing but what the views hand out: what comes out otherwise was lost or made up.

use core::convert::Infallible;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::metadata::{Actor, Fields, Permissions};
use suitpack_core::manifest::parameter::{Parameter, Parameters};
use suitpack_core::manifest::text::{Entry, Text};
use suitpack_core::manifest::{
    Common, ComponentId, ComponentIndex, Coswid, Dependency, Member, Mud, OtherDevice, Section, Sequence, Version, VersionMatch,
    WaitEvent, WaitInfo,
};
use suitpack_core::registry::{
    self, command as code, common, component_metadata as meta, dependency, manifest as key, mud, tag, wait_event,
};
use suitpack_core::{Envelope, Manifest, Wrapped};

/// Keeps what is written.
#[derive(Debug, Default)]
pub struct Bytes(pub Vec<u8>);

impl Sink for Bytes {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

type Out = Writer<Bytes>;
type Done = Result<(), Infallible>;

/// What `write` writes.
pub fn written(write: impl FnOnce(&mut Out) -> Done) -> Vec<u8> {
    let mut out = Writer::new(Bytes::default());
    let Ok(()) = write(&mut out);
    out.into_inner().0
}

/// An envelope. Authentication blocks are copied; their fields are the business of `properties::cose`.
pub fn envelope(envelope: &Envelope<'_>) -> Vec<u8> {
    written(|out| {
        if envelope.is_tagged() {
            out.tag(tag::ENVELOPE)?;
        }
        let (members, payloads) = (envelope.members(), envelope.payloads());
        out.map(2 + members.count() as u64 + payloads.count() as u64)?;
        let (mut wrapper, mut manifest) = (Some(envelope.wrapper_bytes()), Some(envelope.manifest_bytes()));
        for (label, member) in members {
            if !(0..=2).contains(&label) {
                put(out, 2, wrapper.take())?;
            }
            if !(0..=3).contains(&label) {
                put(out, 3, manifest.take())?;
            }
            put(out, label, Some(member))?;
        }
        put(out, 2, wrapper)?;
        put(out, 3, manifest)?;
        for (name, content) in payloads {
            out.text(name)?;
            out.bytes(content)?;
        }
        Ok(())
    })
}

fn put(out: &mut Out, label: i64, member: Option<Wrapped<'_>>) -> Done {
    let Some(member) = member else { return Ok(()) };
    out.int(label)?;
    out.bytes(member.content())
}

/// A manifest.
pub fn manifest(manifest: &Manifest<'_>) -> Vec<u8> {
    written(|out| {
        out.map(manifest.keys().count() as u64)?;
        for label in manifest.keys() {
            out.int(label)?;
            member(out, manifest, label)?;
        }
        Ok(())
    })
}

fn member(out: &mut Out, manifest: &Manifest<'_>, label: i64) -> Done {
    if let Member::Severed(digest) = manifest.member(label) {
        return digest.write(out);
    }
    let raw = manifest.bytes().reader().value(label);
    let content = raw.and_then(|mut value| value.nested().ok());
    match label {
        key::MANIFEST_VERSION => out.uint(1),
        key::MANIFEST_SEQUENCE_NUMBER => out.uint(manifest.sequence_number()),
        key::COMMON => out.bytes(&written(|out| suit_common(out, &manifest.common()))),
        key::REFERENCE_URI => out.text(manifest.reference_uri().unwrap_or_default()),
        key::MANIFEST_COMPONENT_ID => manifest.component_id().map_or(Ok(()), |id| component_id(out, &id)),
        key::SET_VERSION => manifest.version().map_or(Ok(()), |numbers| out.bytes(&written(|out| version(out, numbers)))),
        key::MANIFEST_MUD => manifest.mud().map_or(Ok(()), |container| out.bytes(&written(|out| usage(out, &container)))),
        key::COSWID => {
            let tag = content.and_then(|reader| Coswid::parse(reader).ok());
            out.bytes(tag.map_or(&[][..], |tag| tag.bytes))
        }
        key::TEXT => out.bytes(&content.and_then(|reader| Text::parse(reader).ok()).map_or_else(Vec::new, |all| text(&all))),
        label if Section::ALL.iter().any(|section| section.key() == label) => {
            let section = Section::ALL.into_iter().find(|section| section.key() == label);
            let body = section.and_then(|section| manifest.sequence(section, None).ok().flatten());
            out.bytes(&body.map_or_else(Vec::new, sequence))
        }
        // Of our own and of others' private members the bytes are all there is to see here.
        _ => out.raw(raw.and_then(|mut value| value.item().ok()).unwrap_or_default()),
    }
}

fn suit_common(out: &mut Out, all: &Common<'_>) -> Done {
    let (dependencies, shared) = (all.dependencies(), all.shared_sequence());
    out.map(1 + u64::from(dependencies.is_some()) + u64::from(shared.is_some()))?;
    if let Some(dependencies) = dependencies {
        out.int(common::DEPENDENCIES)?;
        out.map(dependencies.len())?;
        for Dependency { index, prefix } in dependencies {
            out.uint(index.into())?;
            out.map(u64::from(prefix.is_some()))?;
            if let Some(prefix) = prefix {
                out.int(dependency::PREFIX)?;
                component_id(out, &prefix)?;
            }
        }
    }
    out.int(common::COMPONENTS)?;
    out.array(all.components().len() as u64)?;
    for id in all.components() {
        component_id(out, &id)?;
    }
    if let Some(shared) = shared {
        out.int(common::SHARED_SEQUENCE)?;
        out.bytes(&sequence(shared))?;
    }
    Ok(())
}

fn component_id(out: &mut Out, id: &ComponentId<'_>) -> Done {
    out.array(id.segments().count() as u64)?;
    id.segments().try_for_each(|segment| out.bytes(segment))
}

fn version(out: &mut Out, numbers: Version<'_>) -> Done {
    out.array(numbers.count() as u64)?;
    numbers.into_iter().try_for_each(|number| out.int(number))
}

fn usage(out: &mut Out, container: &Mud<'_>) -> Done {
    out.map(2)?;
    out.int(mud::URL)?;
    out.tag(tag::URI)?;
    out.text(container.url)?;
    out.int(mud::SKI)?;
    container.ski.write(out)
}

/// The content of suit-text.
pub fn text(all: &Text<'_>) -> Vec<u8> {
    let mut entries: Vec<Entry<'_>> = vec![];
    all.for_each(|entry| entries.push(entry));
    written(|out| {
        let languages: Vec<_> = entries.chunk_by(|a, b| a.language == b.language).collect();
        out.map(languages.len() as u64)?;
        for language in languages {
            out.text(language.first().map_or("", |entry| entry.language))?;
            let id = |entry: &Entry<'_>| entry.component.map(|id| id.encoded().to_vec());
            let of_all: Vec<_> = language.iter().filter(|entry| entry.component.is_none()).collect();
            let components: Vec<_> = language.iter().filter(|entry| entry.component.is_some()).collect();
            let components: Vec<_> = components.chunk_by(|a, b| id(a) == id(b)).collect();
            out.map((of_all.len() + components.len()) as u64)?;
            for entry in of_all {
                out.int(entry.label)?;
                out.text(entry.value)?;
            }
            for entries in components {
                if let Some(id) = entries.first().and_then(|entry| entry.component) {
                    component_id(out, &id)?;
                }
                out.map(entries.len() as u64)?;
                for entry in entries {
                    out.int(entry.label)?;
                    out.text(entry.value)?;
                }
            }
        }
        Ok(())
    })
}

/// A command sequence.
pub fn sequence(commands: Sequence<'_>) -> Vec<u8> {
    written(|out| {
        out.array(2 * commands.count() as u64)?;
        commands.into_iter().try_for_each(|each| command(out, each))
    })
}

fn command(out: &mut Out, command: Command<'_>) -> Done {
    match command {
        Command::Condition(condition, policy) => {
            out.int(condition.code())?;
            out.uint(policy.0.into())
        }
        Command::Directive(directive, policy) => {
            out.int(directive.code())?;
            out.uint(policy.0.into())
        }
        Command::SetComponentIndex(index) => {
            out.int(code::DIRECTIVE_SET_COMPONENT_INDEX)?;
            match index {
                ComponentIndex::All => out.bool(true),
                ComponentIndex::One(index) => out.uint(index.into()),
                ComponentIndex::Many(indices) => {
                    out.array(indices.count() as u64)?;
                    indices.into_iter().try_for_each(|index| out.uint(index.into()))
                }
            }
        }
        Command::SetParameters(set) => {
            out.int(code::DIRECTIVE_SET_PARAMETERS)?;
            parameters(out, set)
        }
        Command::OverrideParameters(set) => {
            out.int(code::DIRECTIVE_OVERRIDE_PARAMETERS)?;
            parameters(out, set)
        }
        Command::OverrideMultiple(sets) => {
            out.int(code::DIRECTIVE_OVERRIDE_MULTIPLE)?;
            out.map(sets.count() as u64)?;
            for (index, set) in sets {
                out.uint(index.into())?;
                parameters(out, set)?;
            }
            Ok(())
        }
        Command::CopyParams(copies) => {
            out.int(code::DIRECTIVE_COPY_PARAMS)?;
            out.map(copies.count() as u64)?;
            for (index, labels) in copies {
                out.uint(index.into())?;
                out.array(labels.count() as u64)?;
                labels.into_iter().try_for_each(|label| out.int(label))?;
            }
            Ok(())
        }
        Command::TryEach(arms) => {
            out.int(code::DIRECTIVE_TRY_EACH)?;
            out.array(arms.count() as u64 + u64::from(arms.otherwise_succeed()))?;
            for arm in arms {
                out.bytes(&sequence(arm))?;
            }
            if arms.otherwise_succeed() { out.null() } else { Ok(()) }
        }
        Command::RunSequence(inner) => {
            out.int(code::DIRECTIVE_RUN_SEQUENCE)?;
            out.bytes(&sequence(inner))
        }
        other => panic!("no way to write {other:?}"),
    }
}

fn parameters(out: &mut Out, set: Parameters<'_>) -> Done {
    out.map(set.count() as u64)?;
    for parameter in set {
        out.int(parameter.code())?;
        value(out, &parameter)?;
    }
    Ok(())
}

fn value(out: &mut Out, parameter: &Parameter<'_>) -> Done {
    match parameter {
        Parameter::WaitInfo(events) => out.bytes(&written(|out| wait_info(out, *events))),
        Parameter::ComponentMetadata(metadata) => out.bytes(&written(|out| fields(out, &metadata.fields()))),
        other => other.write(out),
    }
}

fn wait_info(out: &mut Out, events: WaitInfo<'_>) -> Done {
    out.map(events.count() as u64)?;
    for event in events {
        match event {
            WaitEvent::Authorization(level) => entry(out, wait_event::AUTHORIZATION, |out| out.int(level)),
            WaitEvent::Power(state) => entry(out, wait_event::POWER, |out| out.int(state)),
            WaitEvent::Network(state) => entry(out, wait_event::NETWORK, |out| out.int(state)),
            WaitEvent::OtherDeviceVersion(device) => entry(out, wait_event::OTHER_DEVICE_VERSION, |out| other_device(out, &device)),
            WaitEvent::Time(time) => entry(out, wait_event::TIME, |out| out.uint(time)),
            WaitEvent::TimeOfDay(time) => entry(out, wait_event::TIME_OF_DAY, |out| out.uint(time)),
            WaitEvent::DayOfWeek(day) => entry(out, wait_event::DAY_OF_WEEK, |out| out.uint(day)),
            WaitEvent::TimeOfDayUtc(time) => entry(out, wait_event::TIME_OF_DAY_UTC, |out| out.uint(time)),
            WaitEvent::DayOfWeekUtc(day) => entry(out, wait_event::DAY_OF_WEEK_UTC, |out| out.uint(day)),
            other => panic!("no way to write {other:?}"),
        }?;
    }
    Ok(())
}

fn other_device(out: &mut Out, device: &OtherDevice<'_>) -> Done {
    out.array(2)?;
    out.bytes(device.name())?;
    out.array(device.versions().count() as u64)?;
    device.versions().try_for_each(|VersionMatch { comparison, version: numbers }| {
        out.array(2)?;
        out.int(comparison.code())?;
        version(out, numbers)
    })
}

fn fields(out: &mut Out, all: &Fields<'_>) -> Done {
    let some = [
        all.default_permissions.is_some(),
        all.user_permissions.is_some(),
        all.group_permissions.is_some(),
        all.role_permissions.is_some(),
        all.file_type.is_some(),
        all.modification_time.is_some(),
        all.creation_time.is_some(),
        all.creator.is_some(),
    ];
    out.map(some.into_iter().filter(|some| *some).count() as u64)?;
    let mut labels = registry::component_metadata::LABELS.iter().map(|label| label.code).collect::<Vec<_>>();
    labels.sort_unstable();
    for label in labels {
        match label {
            meta::DEFAULT_PERMISSIONS => all.default_permissions.map(|bits| entry(out, label, |out| out.uint(bits))),
            meta::USER_PERMISSIONS => all.user_permissions.map(|all| entry(out, label, |out| permissions(out, all))),
            meta::GROUP_PERMISSIONS => all.group_permissions.map(|all| entry(out, label, |out| permissions(out, all))),
            meta::ROLE_PERMISSIONS => all.role_permissions.map(|all| entry(out, label, |out| permissions(out, all))),
            meta::FILE_TYPE => all.file_type.map(|kind| entry(out, label, |out| out.int(kind.code()))),
            meta::MODIFICATION_TIME => all.modification_time.map(|at| entry(out, label, |out| time(out, at))),
            meta::CREATION_TIME => all.creation_time.map(|at| entry(out, label, |out| time(out, at))),
            meta::CREATOR => all.creator.map(|by| entry(out, label, |out| actor(out, &by))),
            _ => None,
        }
        .unwrap_or(Ok(()))?;
    }
    Ok(())
}

fn permissions(out: &mut Out, all: Permissions<'_>) -> Done {
    out.map(all.count() as u64)?;
    for (who, bits) in all {
        actor(out, &who)?;
        out.uint(bits)?;
    }
    Ok(())
}

fn actor(out: &mut Out, actor: &Actor<'_>) -> Done {
    match actor {
        Actor::Uuid(bytes) => {
            out.tag(tag::UUID)?;
            out.bytes(bytes)
        }
        Actor::Bytes(bytes) => out.bytes(bytes),
        Actor::Name(name) => out.text(name),
        Actor::Number(number) => out.int(*number),
    }
}

fn time(out: &mut Out, at: u64) -> Done {
    out.tag(tag::TIME)?;
    out.uint(at)
}

fn entry(out: &mut Out, label: i64, value: impl FnOnce(&mut Out) -> Done) -> Done {
    out.int(label)?;
    value(out)
}
