//! `cargo xtask mutate`: breaks rules of Kafka one at a time and looks which tests notice.

mod rules;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use self::rules::{MUTATIONS, Mutation};
use self::trial::{TRIALS, Verdict};
use crate::Outcome;
use crate::program::{output, program, run, target_directory};

/// Whether the slower tests run too when quicker ones have noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HowFar {
    ToTheFirst,
    ToTheEnd,
}

/// Runs the tests with each rule broken, or with those named; `--all` goes on to the slower tests
/// when quicker ones have noticed.
pub(crate) fn command(arguments: &[&str]) -> Outcome {
    let (all, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().copied().partition(|argument| *argument == "--all");
    let how_far = if all.is_empty() { HowFar::ToTheFirst } else { HowFar::ToTheEnd };
    let known = |name: &&&str| !MUTATIONS.iter().any(|one| one.name == **name);
    if let Some(name) = names.iter().find(known) {
        let all: Vec<&str> = MUTATIONS.iter().map(|one| one.name).collect();
        return Err(format!("there is no rule `{name}` to break; there are {}", all.join(", ")));
    }
    let folder = target_directory()?.join("mutate");
    let tree = Tree::copy(&folder)?;
    let target = folder.join("target");
    println!("without a broken rule");
    for trial in &TRIALS {
        if trial.run(&tree.folder, &target)? != Verdict::Passed {
            return Err(format!("the {} tests fail by themselves", trial.name));
        }
    }
    let chosen = MUTATIONS.iter().filter(|one| names.is_empty() || names.contains(&one.name));
    let mut missed = Vec::new();
    println!("\n{:<32} {:<48} noticed by", "rule", "file");
    for mutation in chosen {
        let source = tree.read(mutation)?;
        tree.write(mutation, &mutation.break_rule(&source)?)?;
        let noticed = noticed(&tree, &target, how_far);
        tree.write(mutation, &source)?;
        let noticed = noticed.map_err(|error| format!("{}: {error}", mutation.name))?;
        let file = mutation.file.strip_prefix("crates/engine/src/").unwrap_or(mutation.file);
        let by = if noticed.is_empty() { "NOT CAUGHT".to_owned() } else { noticed.join("; ") };
        println!("{:<32} {file:<48} {by}", mutation.name);
        if noticed.is_empty() {
            missed.push(mutation.name);
        }
    }
    tree.remove()?;
    if missed.is_empty() { Ok(()) } else { Err(format!("not caught: {}", missed.join(", "))) }
}

/// Which tests fail, each set of them with the first by name.
fn noticed(tree: &Tree, target: &Path, how_far: HowFar) -> Outcome<Vec<String>> {
    let mut noticed = Vec::new();
    for trial in &TRIALS {
        match trial.run(&tree.folder, target)? {
            Verdict::Passed => continue,
            Verdict::Hung => noticed.push(format!("{} hangs", trial.name)),
            Verdict::Caught(names) => {
                let more = match names.len() {
                    1 => String::new(),
                    count => format!(" and {} more", count - 1),
                };
                noticed.push(format!("{}: {}{more}", trial.name, names[0]));
            }
        }
        if how_far == HowFar::ToTheFirst {
            break;
        }
    }
    Ok(noticed)
}

/// A copy of the tree as it is now, changes included that are not committed.
struct Tree {
    folder: PathBuf,
}

impl Tree {
    fn copy(under: &Path) -> Outcome<Self> {
        let tree = Self { folder: under.join("tree") };
        if tree.folder.exists() {
            tree.remove()?;
        }
        run(&mut program("git", &["worktree", "prune"]))?;
        fs::create_dir_all(under).map_err(|error| format!("{}: {error}", under.display()))?;
        let present = output(&mut program("git", &["stash", "create"]))?;
        let commit = if present.trim().is_empty() { "HEAD" } else { present.trim() };
        let folder = tree.folder.display().to_string();
        run(&mut program("git", &["worktree", "add", "--quiet", "--detach", &folder, commit]))?;
        Ok(tree)
    }

    fn remove(&self) -> Outcome {
        let folder = self.folder.display().to_string();
        run(&mut program("git", &["worktree", "remove", "--force", &folder]))
    }

    fn read(&self, mutation: &Mutation) -> Outcome<String> {
        let path = self.folder.join(mutation.file);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn write(&self, mutation: &Mutation, source: &str) -> Outcome {
        let path = self.folder.join(mutation.file);
        fs::write(&path, source).map_err(|error| format!("{}: {error}", path.display()))
    }
}
