//! Other people's programs, kept running between what they are asked.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A program that answers lines with lines, and ends with its input.
pub struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a peer");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { input: child.stdin.take(), child, output }
    }

    pub fn ask(&mut self, line: &str) -> String {
        writeln!(self.input.as_mut().expect("a running peer"), "{line}").expect("a peer that listens");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("a peer that answers");
        answer.trim().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.input.take());
        self.child.wait().ok();
    }
}
