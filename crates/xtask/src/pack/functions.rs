//! The functions of a wasm file in another order, with everything that names them by number.

use crate::Outcome;

use super::code::{self, Function};
use super::leb128::{Reader, written};
use super::order::like_beside_like;
use super::{CODE, section, sections};

/// Sections that only tools read, such as names.
const CUSTOM: u8 = 0;
/// What is imported: functions and nothing else, as `shortened` holds.
const IMPORTS: u8 = 2;
/// The type of each function.
const TYPES_OF_FUNCTIONS: u8 = 3;
const EXPORTS: u8 = 7;
const START: u8 = 8;
/// Tables of functions.
const ELEMENTS: u8 = 9;

/// The wasm file with like functions beside each other, and without what only tools read.
pub(crate) fn reordered(wasm: &[u8]) -> Outcome<Vec<u8>> {
    let imported = section(wasm, IMPORTS).ok_or("the wasm file imports nothing")?;
    let imported = Reader { bytes: &wasm[imported], at: 0 }.number()?;
    let code = section(wasm, CODE).ok_or("the wasm file has no code")?;
    let functions = code::functions(&wasm[code])?;
    let opcodes: Vec<Vec<u8>> = functions.iter().map(|one| one.opcodes.clone()).collect();
    let order = like_beside_like(&opcodes);
    let mut numbers: Vec<usize> = (0..imported + order.len()).collect();
    for (place, function) in order.iter().enumerate() {
        numbers[imported + function] = imported + place;
    }
    let move_all = Move { functions, order, numbers };
    let mut out = wasm[..8].to_vec();
    for (id, place) in sections(wasm).ok_or("the wasm file is cut")? {
        let bytes = &wasm[place];
        let moved = match id {
            CUSTOM => continue,
            TYPES_OF_FUNCTIONS => move_all.types(bytes)?,
            EXPORTS => move_all.exports(bytes)?,
            START => move_all.number(&mut Reader { bytes, at: 0 })?,
            ELEMENTS => move_all.elements(bytes)?,
            CODE => move_all.code(bytes)?,
            _ => bytes.to_vec(),
        };
        out.push(id);
        out.extend(written(moved.len()));
        out.extend(moved);
    }
    Ok(out)
}

/// From the old order to the new one.
struct Move {
    functions: Vec<Function>,
    /// The functions by their old places, in the new order.
    order: Vec<usize>,
    /// The new number of each function, those imported among them.
    numbers: Vec<usize>,
}

impl Move {
    /// The number of a function.
    fn number(&self, reader: &mut Reader<'_>) -> Outcome<Vec<u8>> {
        let number = self.numbers.get(reader.number()?);
        let number = number.ok_or("the wasm file names a function that it lacks")?;
        Ok(written(*number))
    }

    fn types(&self, bytes: &[u8]) -> Outcome<Vec<u8>> {
        let mut reader = Reader { bytes, at: 0 };
        let count = reader.number()?;
        let types = (0..count).map(|_| reader.number()).collect::<Outcome<Vec<_>>>()?;
        if count != self.order.len() {
            return Err("the wasm file has functions without a type".to_owned());
        }
        let types = self.order.iter().flat_map(|function| written(types[*function]));
        Ok(written(count).into_iter().chain(types).collect())
    }

    fn exports(&self, bytes: &[u8]) -> Outcome<Vec<u8>> {
        let mut reader = Reader { bytes, at: 0 };
        let count = reader.number()?;
        let mut out = written(count);
        for _ in 0..count {
            let start = reader.at;
            reader.text()?;
            let is_function = reader.byte()? == 0;
            out.extend_from_slice(&bytes[start..reader.at]);
            let number = if is_function { self.number(&mut reader) } else { copied(&mut reader) };
            out.extend(number?);
        }
        Ok(out)
    }

    fn elements(&self, bytes: &[u8]) -> Outcome<Vec<u8>> {
        let mut reader = Reader { bytes, at: 0 };
        let tables = reader.number()?;
        let mut out = written(tables);
        for _ in 0..tables {
            // Into table 0, from where a constant says, functions by number.
            let start = reader.at;
            let head = [reader.byte()?, reader.byte()?];
            reader.number()?;
            if (head, reader.byte()?) != ([0, 0x41], 0x0b) {
                return Err("the wasm file has a table of functions of another form".to_owned());
            }
            let count = reader.number()?;
            out.extend_from_slice(&bytes[start..reader.at]);
            for _ in 0..count {
                out.extend(self.number(&mut reader)?);
            }
        }
        Ok(out)
    }

    fn code(&self, bytes: &[u8]) -> Outcome<Vec<u8>> {
        let mut out = written(self.order.len());
        for function in self.order.iter().map(|function| &self.functions[*function]) {
            let mut body = Vec::with_capacity(function.place.len());
            let mut from = function.place.start;
            for call in &function.calls {
                body.extend_from_slice(&bytes[from..call.start]);
                body.extend(self.number(&mut Reader { bytes, at: call.start })?);
                from = call.end;
            }
            body.extend_from_slice(&bytes[from..function.place.end]);
            out.extend(written(body.len()));
            out.extend(body);
        }
        Ok(out)
    }
}

/// A number that stays as it is.
fn copied(reader: &mut Reader<'_>) -> Outcome<Vec<u8>> {
    reader.number().map(written)
}
