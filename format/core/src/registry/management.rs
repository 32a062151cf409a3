//! Numbers within the structures of draft-ietf-suit-update-management and draft-ietf-suit-mud.

use super::Label;

/// Keys of SUIT_Wait_Event (draft-ietf-suit-update-management §4.5).
pub mod wait_event {
    use super::Label;
    use crate::registry::UPDATE_MANAGEMENT;

    /// `suit-wait-event-authorization`
    pub const AUTHORIZATION: i64 = 1;
    /// `suit-wait-event-power`
    pub const POWER: i64 = 2;
    /// `suit-wait-event-network`
    pub const NETWORK: i64 = 3;
    /// `suit-wait-event-other-device-version`
    pub const OTHER_DEVICE_VERSION: i64 = 4;
    /// `suit-wait-event-time`
    pub const TIME: i64 = 5;
    /// `suit-wait-event-time-of-day`
    pub const TIME_OF_DAY: i64 = 6;
    /// `suit-wait-event-day-of-week`
    pub const DAY_OF_WEEK: i64 = 7;
    /// `suit-wait-event-time-of-day-utc`
    pub const TIME_OF_DAY_UTC: i64 = 8;
    /// `suit-wait-event-day-of-week-utc`
    pub const DAY_OF_WEEK_UTC: i64 = 9;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: AUTHORIZATION, name: "suit-wait-event-authorization", draft: UPDATE_MANAGEMENT },
        Label { code: POWER, name: "suit-wait-event-power", draft: UPDATE_MANAGEMENT },
        Label { code: NETWORK, name: "suit-wait-event-network", draft: UPDATE_MANAGEMENT },
        Label { code: OTHER_DEVICE_VERSION, name: "suit-wait-event-other-device-version", draft: UPDATE_MANAGEMENT },
        Label { code: TIME, name: "suit-wait-event-time", draft: UPDATE_MANAGEMENT },
        Label { code: TIME_OF_DAY, name: "suit-wait-event-time-of-day", draft: UPDATE_MANAGEMENT },
        Label { code: DAY_OF_WEEK, name: "suit-wait-event-day-of-week", draft: UPDATE_MANAGEMENT },
        Label { code: TIME_OF_DAY_UTC, name: "suit-wait-event-time-of-day-utc", draft: UPDATE_MANAGEMENT },
        Label { code: DAY_OF_WEEK_UTC, name: "suit-wait-event-day-of-week-utc", draft: UPDATE_MANAGEMENT },
    ];
}

/// How two versions are compared (draft-ietf-suit-update-management §4.4).
pub mod version_comparison {
    use super::Label;
    use crate::registry::UPDATE_MANAGEMENT;

    /// `suit-condition-version-comparison-greater`
    pub const GREATER: i64 = 1;
    /// `suit-condition-version-comparison-greater-equal`
    pub const GREATER_EQUAL: i64 = 2;
    /// `suit-condition-version-comparison-equal`
    pub const EQUAL: i64 = 3;
    /// `suit-condition-version-comparison-lesser-equal`
    pub const LESSER_EQUAL: i64 = 4;
    /// `suit-condition-version-comparison-lesser`
    pub const LESSER: i64 = 5;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: GREATER, name: "suit-condition-version-comparison-greater", draft: UPDATE_MANAGEMENT },
        Label { code: GREATER_EQUAL, name: "suit-condition-version-comparison-greater-equal", draft: UPDATE_MANAGEMENT },
        Label { code: EQUAL, name: "suit-condition-version-comparison-equal", draft: UPDATE_MANAGEMENT },
        Label { code: LESSER_EQUAL, name: "suit-condition-version-comparison-lesser-equal", draft: UPDATE_MANAGEMENT },
        Label { code: LESSER, name: "suit-condition-version-comparison-lesser", draft: UPDATE_MANAGEMENT },
    ];
}

/// Keys of SUIT_Component_Metadata (draft-ietf-suit-update-management §4.6).
pub mod component_metadata {
    use super::Label;
    use crate::registry::UPDATE_MANAGEMENT;

    /// `suit-meta-default-permissions`
    pub const DEFAULT_PERMISSIONS: i64 = 1;
    /// `suit-meta-user-permissions`
    pub const USER_PERMISSIONS: i64 = 2;
    /// `suit-meta-group-permissions`
    pub const GROUP_PERMISSIONS: i64 = 3;
    /// `suit-meta-role-permissions`
    pub const ROLE_PERMISSIONS: i64 = 4;
    /// `suit-meta-file-type`
    pub const FILE_TYPE: i64 = 5;
    /// `suit-meta-modification-time`
    pub const MODIFICATION_TIME: i64 = 6;
    /// `suit-meta-creation-time`
    pub const CREATION_TIME: i64 = 7;
    /// `suit-meta-creator`
    pub const CREATOR: i64 = 8;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: DEFAULT_PERMISSIONS, name: "suit-meta-default-permissions", draft: UPDATE_MANAGEMENT },
        Label { code: USER_PERMISSIONS, name: "suit-meta-user-permissions", draft: UPDATE_MANAGEMENT },
        Label { code: GROUP_PERMISSIONS, name: "suit-meta-group-permissions", draft: UPDATE_MANAGEMENT },
        Label { code: ROLE_PERMISSIONS, name: "suit-meta-role-permissions", draft: UPDATE_MANAGEMENT },
        Label { code: FILE_TYPE, name: "suit-meta-file-type", draft: UPDATE_MANAGEMENT },
        Label { code: MODIFICATION_TIME, name: "suit-meta-modification-time", draft: UPDATE_MANAGEMENT },
        Label { code: CREATION_TIME, name: "suit-meta-creation-time", draft: UPDATE_MANAGEMENT },
        Label { code: CREATOR, name: "suit-meta-creator", draft: UPDATE_MANAGEMENT },
    ];
}

/// What a file is (draft-ietf-suit-update-management §4.6).
pub mod file_type {
    use super::Label;
    use crate::registry::UPDATE_MANAGEMENT;

    /// `suit-filetype-regular`
    pub const REGULAR: i64 = 1;
    /// `suit-filetype-directory`
    pub const DIRECTORY: i64 = 2;
    /// `suit-filetype-symlink`
    pub const SYMLINK: i64 = 3;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: REGULAR, name: "suit-filetype-regular", draft: UPDATE_MANAGEMENT },
        Label { code: DIRECTORY, name: "suit-filetype-directory", draft: UPDATE_MANAGEMENT },
        Label { code: SYMLINK, name: "suit-filetype-symlink", draft: UPDATE_MANAGEMENT },
    ];
}

/// The bits of a permission, from 0 (draft-ietf-suit-update-management §4.6).
pub mod permission {
    use super::Label;
    use crate::registry::UPDATE_MANAGEMENT;

    /// `traverse_exec`
    pub const TRAVERSE_EXEC: i64 = 0;
    /// `create_write`
    pub const CREATE_WRITE: i64 = 1;
    /// `list_read`
    pub const LIST_READ: i64 = 2;
    /// `createdir_append`
    pub const CREATEDIR_APPEND: i64 = 3;
    /// `read_attr`
    pub const READ_ATTR: i64 = 4;
    /// `read_perm`
    pub const READ_PERM: i64 = 5;
    /// `change_perm`
    pub const CHANGE_PERM: i64 = 6;
    /// `change_owner`
    pub const CHANGE_OWNER: i64 = 7;
    /// `write_attr`
    pub const WRITE_ATTR: i64 = 8;
    /// `recurse_delete`
    pub const RECURSE_DELETE: i64 = 9;
    /// `delete`
    pub const DELETE: i64 = 10;
    /// `sync`
    pub const SYNC: i64 = 11;
    /// `read_attr_ex`
    pub const READ_ATTR_EX: i64 = 12;
    /// `write_attr_ex`
    pub const WRITE_ATTR_EX: i64 = 13;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: TRAVERSE_EXEC, name: "traverse_exec", draft: UPDATE_MANAGEMENT },
        Label { code: CREATE_WRITE, name: "create_write", draft: UPDATE_MANAGEMENT },
        Label { code: LIST_READ, name: "list_read", draft: UPDATE_MANAGEMENT },
        Label { code: CREATEDIR_APPEND, name: "createdir_append", draft: UPDATE_MANAGEMENT },
        Label { code: READ_ATTR, name: "read_attr", draft: UPDATE_MANAGEMENT },
        Label { code: READ_PERM, name: "read_perm", draft: UPDATE_MANAGEMENT },
        Label { code: CHANGE_PERM, name: "change_perm", draft: UPDATE_MANAGEMENT },
        Label { code: CHANGE_OWNER, name: "change_owner", draft: UPDATE_MANAGEMENT },
        Label { code: WRITE_ATTR, name: "write_attr", draft: UPDATE_MANAGEMENT },
        Label { code: RECURSE_DELETE, name: "recurse_delete", draft: UPDATE_MANAGEMENT },
        Label { code: DELETE, name: "delete", draft: UPDATE_MANAGEMENT },
        Label { code: SYNC, name: "sync", draft: UPDATE_MANAGEMENT },
        Label { code: READ_ATTR_EX, name: "read_attr_ex", draft: UPDATE_MANAGEMENT },
        Label { code: WRITE_ATTR_EX, name: "write_attr_ex", draft: UPDATE_MANAGEMENT },
    ];
}

/// Keys of SUIT_MUD_container. draft-ietf-suit-mud §5 names them without numbers; the numbers are ours (spec/registry.md).
pub mod mud {
    use super::Label;
    use crate::registry::SUITPACK;

    /// `suit-mud-url`
    pub const URL: i64 = 1;
    /// `suit-mud-ski`
    pub const SKI: i64 = 2;

    /// All of them.
    pub const LABELS: &[Label] =
        &[Label { code: URL, name: "suit-mud-url", draft: SUITPACK }, Label { code: SKI, name: "suit-mud-ski", draft: SUITPACK }];
}

/// Keys of a concise SWID tag that are looked at (RFC 9393 §2.3).
pub mod coswid {
    use super::Label;
    use crate::registry::COSWID;

    /// `tag-id`
    pub const TAG_ID: i64 = 0;
    /// `software-name`
    pub const SOFTWARE_NAME: i64 = 1;
    /// `tag-version`
    pub const TAG_VERSION: i64 = 12;
    /// `software-version`
    pub const SOFTWARE_VERSION: i64 = 13;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: TAG_ID, name: "tag-id", draft: COSWID },
        Label { code: SOFTWARE_NAME, name: "software-name", draft: COSWID },
        Label { code: TAG_VERSION, name: "tag-version", draft: COSWID },
        Label { code: SOFTWARE_VERSION, name: "software-version", draft: COSWID },
    ];
}
