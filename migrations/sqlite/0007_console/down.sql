DROP TABLE rehearsal_steps;
DROP TABLE rehearsals;
DROP TABLE application_drafts;
DROP TABLE admin_links;
DROP TABLE admin_sessions;
DROP TABLE admin_roles;
DROP TABLE admins;
