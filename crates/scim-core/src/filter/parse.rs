//! Reading a filter: the whole grammar of RFC 7644 figure 1, and what Entra and others write beyond it.

use super::scan::Scanner;
use super::{Filter, FilterError, Operator};
use std::str::FromStr;

/// A longer filter is refused unread, in bytes.
const LONGEST: usize = 16 * 1024;
/// Brackets and `not` may be nested so deep.
const DEEPEST: usize = 32;
/// So many comparisons may be in one filter.
const MOST_COMPARISONS: usize = 256;

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        if text.len() > LONGEST {
            let problem = format!("it is longer than {LONGEST} bytes");
            return Err(FilterError { character: LONGEST + 1, problem });
        }
        let mut parser =
            Parser { scanner: Scanner::new(text), depth: 0, comparisons: 0, in_value_path: false };
        let filter = parser.or()?;
        if !parser.scanner.is_at_end() {
            return Err(parser.scanner.error("\"and\", \"or\" or the end is expected"));
        }
        Ok(filter)
    }
}

/// Reads `attribute[filter]` and what follows it, for paths; the scanner stands at the bracket.
pub(crate) fn value_filter(text: &str) -> Result<(Filter, &str), FilterError> {
    let mut parser = Parser { scanner: Scanner::new(text), depth: 0, comparisons: 0, in_value_path: false };
    let filter = parser.brackets()?;
    Ok((filter, parser.scanner.rest()))
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    depth: usize,
    comparisons: usize,
    in_value_path: bool,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.and()?];
        while self.scanner.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(single_or(parts, Filter::Or))
    }

    fn and(&mut self) -> Result<Filter, FilterError> {
        let mut parts = vec![self.factor()?];
        while self.scanner.take_word("and") {
            parts.push(self.factor()?);
        }
        Ok(single_or(parts, Filter::And))
    }

    fn factor(&mut self) -> Result<Filter, FilterError> {
        if self.scanner.take_word("not") {
            return self.deeper(|parser| Ok(Filter::Not(Box::new(parser.factor()?))));
        }
        if self.scanner.take('(') {
            return self.deeper(|parser| {
                let filter = parser.or()?;
                if !parser.scanner.take(')') {
                    return Err(parser.scanner.error("a closing parenthesis is expected"));
                }
                Ok(filter)
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter, FilterError> {
        self.comparisons += 1;
        if self.comparisons > MOST_COMPARISONS {
            return Err(self.scanner.error(&format!("there are more than {MOST_COMPARISONS} comparisons")));
        }
        let attribute = self.scanner.attribute()?.to_owned();
        if self.scanner.rest().starts_with('[') {
            return self.value_path(attribute);
        }
        self.test(attribute)
    }

    /// The operator and the value behind an attribute.
    fn test(&mut self, attribute: String) -> Result<Filter, FilterError> {
        if self.scanner.take_word("pr") {
            return Ok(Filter::Present(attribute));
        }
        let operator = Operator::ALL.into_iter().find(|operator| self.scanner.take_word(operator.as_str()));
        let Some(operator) = operator else {
            return Err(self
                .scanner
                .error("an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr) is expected"));
        };
        Ok(Filter::Compare { attribute, operator, value: self.scanner.value()? })
    }

    fn value_path(&mut self, attribute: String) -> Result<Filter, FilterError> {
        if self.in_value_path {
            return Err(self.scanner.error("brackets inside brackets are not allowed"));
        }
        let filter = self.brackets()?;
        // `emails[type eq "work"].value eq "x"` (entra-facts 3.3): the same value meets both.
        let further = if self.scanner.take_directly('.') {
            let sub = self.scanner.attribute()?.to_owned();
            Some(self.test(sub)?)
        } else if self.has_operator_next() {
            // `emails[type eq "work"] eq "x"` (entra-facts 3.3).
            Some(self.test("value".to_owned())?)
        } else {
            None
        };
        let filter = match (filter, further) {
            (filter, None) => filter,
            (Filter::And(mut parts), Some(further)) => {
                parts.push(further);
                Filter::And(parts)
            }
            (filter, Some(further)) => Filter::And(vec![filter, further]),
        };
        Ok(Filter::ValuePath { attribute, filter: Box::new(filter) })
    }

    fn brackets(&mut self) -> Result<Filter, FilterError> {
        if !self.scanner.take('[') {
            return Err(self.scanner.error("an opening bracket is expected"));
        }
        self.in_value_path = true;
        let filter = self.deeper(Self::or)?;
        self.in_value_path = false;
        if !self.scanner.take(']') {
            return Err(self.scanner.error("a closing bracket is expected"));
        }
        Ok(filter)
    }

    fn has_operator_next(&mut self) -> bool {
        self.scanner.skip_spaces();
        let word = self.scanner.peek_word();
        Operator::ALL.into_iter().any(|operator| word.eq_ignore_ascii_case(operator.as_str()))
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, FilterError>,
    ) -> Result<T, FilterError> {
        if self.depth == DEEPEST {
            return Err(self.scanner.error(&format!("it is nested deeper than {DEEPEST} levels")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

fn single_or(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    many(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Literal;
    use proptest::prelude::*;

    fn parse(text: &str) -> Filter {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// What is read, printed again in the plain form.
    fn plain(text: &str) -> String {
        parse(text).to_string()
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert_eq!(plain("a eq 1 OR b eq 2 And c PR"), "a eq 1 or b eq 2 and c pr");
        assert!(matches!(parse("a pr or b pr and c pr"), Filter::Or(parts) if parts.len() == 2));
        assert!(matches!(parse("(a pr or b pr) and c pr"), Filter::And(_)));
        assert!(matches!(parse("not (a pr) and c pr"), Filter::And(_)));
    }

    #[test]
    fn the_examples_of_the_rfc_are_read() {
        for text in [
            r#"userName eq "bjensen""#,
            r#"name.familyName co "O'Malley""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
            "title pr",
            r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
            r#"title pr and userType eq "Employee""#,
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
            r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
            r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn what_entra_writes_beyond_the_rfc_is_read() {
        let one = r#"emails[type eq "work" and value eq "x"]"#;
        assert_eq!(plain(r#"emails[type eq "work"].value eq "x""#), one);
        assert_eq!(plain(r#"emails[type eq "work"] eq "x""#), one);
        assert_eq!(plain("externalId eq jyoung"), r#"externalId eq "jyoung""#);
        assert_eq!(
            plain(
                "name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)"
            ),
            r#"name.FamilyName eq "Employee" and (emails.Value co "example.com" or emails.Value co "example.org")"#
        );
        assert_eq!(
            plain("meta.Created gt 2015-10-10T14:38:21.8617979-07:00"),
            r#"meta.Created gt "2015-10-10T14:38:21.8617979-07:00""#
        );
        assert_eq!(plain("active eq True"), "active eq true");
    }

    #[test]
    fn values_are_json() {
        let Filter::Compare { value, .. } = parse(r#"a eq "q\"\u00e9\\]""#) else { panic!() };
        assert_eq!(value, Literal::String("q\"é\\]".into()));
        assert!(matches!(parse("a eq null"), Filter::Compare { value: Literal::Null, .. }));
        assert!(matches!(parse("a eq -1.5e3"), Filter::Compare { value: Literal::Number(_), .. }));
    }

    #[test]
    fn an_error_points_at_the_character() {
        for (text, character) in [
            ("", 1),
            ("userName", 9),
            ("userName eq", 12),
            ("userName is \"x\"", 10),
            ("userName eq \"x", 13),
            ("userName eq \"x\" userType pr", 17),
            ("(userName pr", 13),
            ("emails[type eq \"a\"", 19),
            ("ü eq 1", 1),
            ("a[b[c pr]]", 4),
            ("and", 4),
            ("a eq \"\\x\"", 6),
        ] {
            let error = text.parse::<Filter>().unwrap_err();
            assert_eq!(error.character, character, "{text}: {error}");
        }
    }

    #[test]
    fn limits_are_kept() {
        assert!("(".repeat(5000).parse::<Filter>().is_err());
        assert!(format!("{}a pr{}", "(".repeat(32), ")".repeat(32)).parse::<Filter>().is_ok());
        assert!(format!("{}a pr{}", "(".repeat(33), ")".repeat(33)).parse::<Filter>().is_err());
        assert!(format!("a eq \"{}\"", "x".repeat(LONGEST)).parse::<Filter>().is_err());
        assert!(["a pr"; 257].join(" or ").parse::<Filter>().is_err());
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let attribute = "[a-zA-Z][a-zA-Z0-9]{0,6}(\\.[a-z]{1,4})?".prop_filter("a keyword", |name| {
            !["not", "and", "or"].iter().any(|word| name.eq_ignore_ascii_case(word))
        });
        let literal = prop_oneof![
            any::<String>().prop_map(Literal::String),
            any::<i64>().prop_map(|number| Literal::Number(number.into())),
            any::<bool>().prop_map(Literal::Boolean),
            Just(Literal::Null),
        ];
        let leaf = prop_oneof![
            attribute.clone().prop_map(Filter::Present),
            (attribute.clone(), proptest::sample::select(Operator::ALL.to_vec()), literal)
                .prop_map(|(attribute, operator, value)| Filter::Compare { attribute, operator, value }),
        ];
        let bracketed = (attribute, leaf.clone())
            .prop_map(|(attribute, filter)| Filter::ValuePath { attribute, filter: Box::new(filter) });
        prop_oneof![leaf, bracketed].prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
                inner.prop_map(|filter| Filter::Not(Box::new(filter))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_the_same(filter in filters()) {
            prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter));
        }

        #[test]
        fn nothing_makes_it_panic(text in "[a-z \"\\[\\]().\\\\:é]{0,40}") {
            let _ = text.parse::<Filter>();
        }
    }
}
