//! The tables, as Diesel sees them. `tests/schemas.rs` proves both databases equal to each other.

diesel::table! {
    organizations (key) {
        key -> BigInt,
        id -> Text,
        name -> Text,
        name_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    applications (id) {
        id -> Text,
        organization_id -> Text,
        name -> Text,
        description -> Text,
        scopes -> Text,
        token_lifetime_seconds -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        user_id -> Nullable<Text>,
        signing_algorithm -> Text,
        token_generation -> BigInt,
    }
}

diesel::table! {
    application_secrets (id) {
        id -> Text,
        application_id -> Text,
        hash -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    application_key_sets (id) {
        id -> Text,
        application_id -> Text,
        jwks -> Nullable<Text>,
        jwks_uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    application_trusts (id) {
        id -> Text,
        application_id -> Text,
        issuer -> Text,
        subject -> Text,
        audiences -> Text,
        jwks_uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    application_certificates (id) {
        id -> Text,
        application_id -> Text,
        kind -> Text,
        value -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    application_bindings (application_id) {
        application_id -> Text,
        binding -> Text,
    }
}

diesel::table! {
    used_assertions (digest) {
        digest -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    registration_tokens (id) {
        id -> Text,
        organization_id -> Text,
        hash -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    application_registrations (application_id) {
        application_id -> Text,
        hash -> Text,
        authentication_method -> Text,
    }
}

diesel::table! {
    signing_keys (id) {
        id -> Text,
        algorithm -> Text,
        sealed_private_key -> Binary,
        public_jwk -> Text,
        created_at -> BigInt,
        active_from -> BigInt,
        retired_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    provisioning_tokens (id) {
        id -> Text,
        application_id -> Text,
        name -> Text,
        hash -> Binary,
        scopes -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    revoked_tokens (jti) {
        jti -> Text,
        expires_at -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    control_revisions (id) {
        id -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    resources (key) {
        key -> BigInt,
        organization_key -> BigInt,
        resource_type -> Text,
        id -> Text,
        external_id -> Nullable<Text>,
        unique_key -> Nullable<Text>,
        display -> Nullable<Text>,
        version -> BigInt,
        created_at -> BigInt,
        modified_at -> BigInt,
        document -> Text,
        search -> Jsonb,
        last_entry -> Nullable<BigInt>,
    }
}

diesel::table! {
    resource_values (resource_key, attribute, value) {
        resource_key -> BigInt,
        attribute -> Text,
        value -> Text,
        organization_key -> BigInt,
    }
}

diesel::table! {
    memberships (group_key, member_key) {
        group_key -> BigInt,
        member_key -> BigInt,
    }
}

diesel::table! {
    resource_passwords (resource_key) {
        resource_key -> BigInt,
        hash -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    resource_unique_values (organization_key, resource_type, attribute, value) {
        organization_key -> BigInt,
        resource_type -> Text,
        attribute -> Text,
        value -> Text,
        resource_key -> BigInt,
    }
}

diesel::table! {
    organization_definitions (organization_id, id) {
        organization_id -> Text,
        id -> Text,
        definition -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    admins (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        password_hash -> Text,
        created_at -> BigInt,
        password_changed_at -> BigInt,
        signed_in_at -> Nullable<BigInt>,
        organization_id -> Nullable<Text>,
    }
}

diesel::table! {
    admin_roles (admin_id, organization_id) {
        admin_id -> Text,
        organization_id -> Text,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    admin_sessions (digest) {
        digest -> Text,
        id -> Text,
        admin_id -> Text,
        organization_id -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        address -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    admin_links (digest) {
        digest -> Text,
        id -> Text,
        organization_id -> Text,
        role -> Text,
        admin_id -> Nullable<Text>,
        note -> Text,
        made_by -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    application_drafts (id) {
        id -> Text,
        admin_id -> Text,
        organization_id -> Text,
        content -> Text,
        application_id -> Nullable<Text>,
        sealed_secret -> Nullable<Text>,
        shown_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    rehearsals (id) {
        id -> Text,
        organization_id -> Text,
        application_id -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        verdict -> Nullable<Text>,
    }
}

diesel::table! {
    rehearsal_steps (rehearsal_id, number) {
        rehearsal_id -> Text,
        number -> BigInt,
        content -> Text,
    }
}

diesel::table! {
    log_entries (key) {
        key -> BigInt,
        organization_key -> Nullable<BigInt>,
        class -> BigInt,
        at -> BigInt,
        application_id -> Nullable<Text>,
        actor -> Nullable<Text>,
        duration -> BigInt,
        request_id -> Text,
        action -> Text,
        method -> Text,
        path -> Text,
        query -> Nullable<Text>,
        status -> BigInt,
        error -> Nullable<Text>,
        error_kind -> Nullable<Text>,
        resource_type -> Nullable<Text>,
        resource_id -> Nullable<Text>,
        resource_name -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        requests -> BigInt,
        previous -> Nullable<BigInt>,
        rehearsal -> BigInt,
    }
}

diesel::table! {
    activity_hours (organization_key, application_id, hour, rehearsal) {
        organization_key -> BigInt,
        application_id -> Text,
        hour -> BigInt,
        last_at -> BigInt,
        tokens -> BigInt,
        tokens_refused -> BigInt,
        reads -> BigInt,
        created -> BigInt,
        updated -> BigInt,
        disabled -> BigInt,
        restored -> BigInt,
        deleted -> BigInt,
        failed -> BigInt,
        rehearsal -> BigInt,
    }
}

diesel::table! {
    cycles (key) {
        key -> BigInt,
        organization_key -> BigInt,
        application_id -> Text,
        began_at -> BigInt,
        last_at -> BigInt,
        requests -> BigInt,
        created -> BigInt,
        updated -> BigInt,
        disabled -> BigInt,
        restored -> BigInt,
        deleted -> BigInt,
        failed -> BigInt,
        rehearsal -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(organizations, admins, admin_roles, admin_sessions);
diesel::allow_tables_to_appear_in_same_query!(organizations, applications, application_secrets);
diesel::allow_tables_to_appear_in_same_query!(resources, resource_values, memberships);
