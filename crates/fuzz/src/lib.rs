#![doc = include_str!("../README.md")]

pub mod corpus;
pub mod judge;
pub mod mutate;
pub mod targets;
