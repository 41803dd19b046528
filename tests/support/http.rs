//! As much of HTTP/1.1 as a line between the portal and the backend needs to know where a request and its answer
//! begin and end.

use std::io::{self, BufRead, Read, Write};

/// The first line and the headers of a message.
pub(crate) struct Head {
    pub bytes: Vec<u8>,
    text: String,
}

/// How long a body is.
pub(crate) enum Body {
    Sized(u64),
    Chunked,
}

impl Head {
    pub fn read(from: &mut impl BufRead) -> io::Result<Self> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            if from.read_until(b'\n', &mut bytes)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if bytes[before..] == *b"\r\n" {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                return Ok(Self { bytes, text });
            }
        }
    }

    pub fn name(&self) -> String {
        let mut words = self.text.split(' ');
        format!("{} {}", words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    pub fn path(&self) -> &str {
        self.text.split(' ').nth(1).unwrap_or_default()
    }

    pub fn is(&self, method: &str) -> bool {
        self.text.split(' ').next() == Some(method)
    }

    pub fn has_no_body(&self) -> bool {
        matches!(self.text.split(' ').nth(1), Some("204" | "304"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.text.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    pub fn body(&self) -> Body {
        match self.header("transfer-encoding") {
            Some(coding) if coding.eq_ignore_ascii_case("chunked") => Body::Chunked,
            _ => Body::Sized(self.header("content-length").and_then(|size| size.parse().ok()).unwrap_or(0)),
        }
    }
}

impl Body {
    /// Copies what there is of it.
    pub fn copy(&self, from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Sized(size) => drop(io::copy(&mut from.by_ref().take(*size), to)?),
            Self::Chunked => loop {
                let mut line = Vec::new();
                from.read_until(b'\n', &mut line)?;
                to.write_all(&line)?;
                let size = u64::from_str_radix(String::from_utf8_lossy(&line).trim(), 16).unwrap_or(0);
                // The chunk and its line end; after the last only the end.
                io::copy(&mut from.by_ref().take(size + 2), to)?;
                if size == 0 {
                    return Ok(());
                }
            },
        }
        Ok(())
    }
}

/// A whole request or answer.
pub(crate) struct Message {
    pub head: Head,
    pub body: Vec<u8>,
}

impl Message {
    pub fn request(from: &mut impl BufRead) -> io::Result<Self> {
        let head = Head::read(from)?;
        let mut body = Vec::new();
        head.body().copy(from, &mut body)?;
        Ok(Self { head, body })
    }

    /// The answer to a request.
    pub fn answer(from: &mut impl BufRead, request: &Head) -> io::Result<Self> {
        let head = Head::read(from)?;
        let mut body = Vec::new();
        if !request.is("HEAD") && !head.has_no_body() {
            head.body().copy(from, &mut body)?;
        }
        Ok(Self { head, body })
    }

    pub fn bytes(&self) -> Vec<u8> {
        [self.head.bytes.as_slice(), self.body.as_slice()].concat()
    }
}
