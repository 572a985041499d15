//! Limits on Rust files: what a reader can take in at once.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{FnArg, ImplItemFn, Item, ItemFn, ItemTrait, Signature, TraitItem, Type, Visibility};

use crate::files::{Complaint, File};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;
const COLUMNS: usize = 100;
const PARAMETERS: usize = 5;

/// What is wrong with one Rust file.
pub(crate) fn complaints(file: &File) -> Vec<Complaint> {
    let syntax = match syn::parse_file(&file.text) {
        Ok(syntax) => syntax,
        Err(error) => return vec![Complaint::new(file, error.span().start().line, "no Rust")],
    };
    let mut found = columns(file);
    if !file.text.starts_with("//!") {
        found.push(Complaint::new(file, 1, "begin with `//!`: what is this file?"));
    }
    if file.is_test() {
        return found;
    }
    let tests = syntax.items.iter().filter(|item| is_for_tests(item));
    let lines = file.text.lines().count() - tests.map(|item| lines(item.span())).sum::<usize>();
    if lines > FILE_LINES {
        found.push(Complaint::new(file, 1, format!("{lines} lines; at most {FILE_LINES}")));
    }
    let mut functions = Functions { file, found };
    for item in syntax.items.iter().filter(|item| !is_for_tests(item)) {
        functions.visit_item(item);
    }
    functions.found
}

/// Lines that are too long, but for text that spans lines and for links, which cannot be broken.
fn columns(file: &File) -> Vec<Complaint> {
    let mut text_lines = BTreeSet::new();
    if let Ok(tokens) = file.text.parse::<TokenStream>() {
        collect_text_lines(tokens, &mut text_lines);
    }
    let long = |(number, line): &(usize, &str)| {
        line.chars().count() > COLUMNS && !line.contains("://") && !text_lines.contains(number)
    };
    let long = (1..).zip(file.text.lines()).filter(long);
    long.map(|(number, _)| Complaint::new(file, number, "more than 100 columns")).collect()
}

fn collect_text_lines(tokens: TokenStream, found: &mut BTreeSet<usize>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_text_lines(group.stream(), found),
            TokenTree::Literal(literal) if lines(literal.span()) > 1 => {
                found.extend(literal.span().start().line..=literal.span().end().line);
            }
            _ => {}
        }
    }
}

/// Whether the item carries `#[cfg(test)]`.
pub(crate) fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let is_test = |cfg: syn::Meta| cfg.path().is_ident("test");
        attribute.path().is_ident("cfg") && attribute.parse_args().is_ok_and(is_test)
    })
}

fn lines(span: Span) -> usize {
    span.end().line + 1 - span.start().line
}

struct Functions<'file> {
    file: &'file File,
    found: Vec<Complaint>,
}

impl Functions<'_> {
    fn complain(&mut self, signature: &Signature, what: &str) {
        let what = format!("`{}` {what}", signature.ident);
        self.found.push(Complaint::new(self.file, signature.span().start().line, what));
    }

    fn check(&mut self, signature: &Signature, end: Span) {
        let length = end.end().line + 1 - signature.span().start().line;
        if length > FUNCTION_LINES {
            self.complain(signature, &format!("has {length} lines; at most {FUNCTION_LINES}"));
        }
        let count =
            signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_))).count();
        if count > PARAMETERS {
            self.complain(signature, &format!("has {count} parameters; at most {PARAMETERS}"));
        }
    }

    /// A reader of `f(true)` cannot tell what is true.
    fn check_public(&mut self, signature: &Signature) {
        let is_bool = |input: &FnArg| match input {
            FnArg::Typed(input) => matches!(&*input.ty, Type::Path(ty) if ty.path.is_ident("bool")),
            FnArg::Receiver(_) => false,
        };
        if signature.inputs.iter().any(is_bool) {
            self.complain(signature, "is public and takes a `bool`; take an enum");
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.check(&item.sig, item.block.span());
        if !matches!(item.vis, Visibility::Inherited) {
            self.check_public(&item.sig);
        }
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.check(&item.sig, item.block.span());
        if !matches!(item.vis, Visibility::Inherited) {
            self.check_public(&item.sig);
        }
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        for member in &item.items {
            if let TraitItem::Fn(function) = member {
                self.check(&function.sig, function.span());
                if !matches!(item.vis, Visibility::Inherited) {
                    self.check_public(&function.sig);
                }
            }
        }
        visit::visit_item_trait(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let file = File { path: "crates/a/src/b.rs".into(), text: format!("//! A file.\n{text}") };
        complaints(&file).into_iter().map(|complaint| format!("{complaint:?}")).collect()
    }

    fn sole(text: &str, expected: &str) {
        let found = found(text);
        assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:?}");
    }

    #[test]
    fn a_file_without_a_first_sentence() {
        let file = File { path: "a.rs".into(), text: "fn a() {}\n".into() };
        assert_eq!(complaints(&file).len(), 1);
    }

    #[test]
    fn text_that_is_no_rust() {
        sole("fn", "no Rust");
    }

    #[test]
    fn long_files_but_not_long_tests() {
        let long = "const A: u8 = 0;\n".repeat(FILE_LINES);
        sole(&long, "401 lines");
        assert!(found(&format!("#[cfg(test)]\nmod tests {{\n{long}}}\n")).is_empty());
    }

    #[test]
    fn long_functions() {
        let body = "a();\n".repeat(FUNCTION_LINES - 2);
        assert!(found(&format!("fn b() {{\n{body}}}\n")).is_empty());
        sole(&format!("fn b() {{\n{body}a();\n}}\n"), "71 lines");
        sole(&format!("impl B {{\nfn b() {{\n{body}a();\n}}\n}}\n"), "71 lines");
        sole(&format!("trait B {{\nfn b() {{\n{body}a();\n}}\n}}\n"), "71 lines");
        assert!(found(&format!("#[cfg(test)]\nfn b() {{\n{body}a();\n}}\n")).is_empty());
    }

    #[test]
    fn many_parameters() {
        sole("fn a(b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}", "6 parameters");
        assert!(found("impl A { fn a(&self, b: u8, c: u8, d: u8, e: u8, f: u8) {} }").is_empty());
    }

    #[test]
    fn a_bool_in_a_public_function() {
        for bad in ["pub fn a(b: bool) {}", "pub(crate) fn a(b: bool) {}"] {
            sole(bad, "takes a `bool`");
            sole(&format!("impl A {{ {bad} }}"), "takes a `bool`");
        }
        sole("pub trait A { fn a(&self, b: bool); }", "takes a `bool`");
        assert!(found("fn a(b: bool) {}").is_empty());
    }

    #[test]
    fn wide_lines_but_not_wide_text() {
        let wide = "a".repeat(COLUMNS);
        sole(&format!("// {wide}\n"), "100 columns");
        assert!(found(&format!("// https://{wide}\n")).is_empty());
        assert!(found(&format!("const A: &str = \"\n{wide}b\n\";\n")).is_empty());
    }
}
