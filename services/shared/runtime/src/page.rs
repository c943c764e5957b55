//! How much of a list goes into one message.

use prost::Message;

use crate::MESSAGE_SIZE;

/// How many of these, from the front, go into one message: half of [`MESSAGE_SIZE`] is theirs, and one always goes.
#[must_use]
pub fn fitting<M: Message>(items: &[M]) -> usize {
    let ends = items.iter().scan(0, |end, item| {
        // A tag and a length are before each.
        *end += item.encoded_len() + 8;
        Some(*end)
    });
    ends.take_while(|end| *end <= MESSAGE_SIZE / 2).count().max(1).min(items.len())
}

/// A page as it goes out: as many of what was written of `found` as one message holds, and the token of the page after, made of
/// the last that goes; empty when nothing follows. `size` is what was asked for.
pub fn page<Row, M: Message>(found: &[Row], size: i64, mut written: Vec<M>, token: impl Fn(&Row) -> String) -> (Vec<M>, String) {
    let all = written.len();
    written.truncate(fitting(&written));
    let follows = written.len() < all || i64::try_from(all).is_ok_and(|count| count == size);
    let last = written.len().checked_sub(1).and_then(|last| found.get(last));
    (written, last.filter(|_| follows).map(token).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lengths: &[usize], size: i64) -> (usize, String) {
        let written = lengths.iter().map(|length| "a".repeat(*length)).collect();
        let rows: Vec<usize> = (1..=lengths.len()).collect();
        let (sent, token) = page(&rows, size, written, ToString::to_string);
        assert!(sent.len() <= 1 || sent.iter().map(Message::encoded_len).sum::<usize>() <= MESSAGE_SIZE / 2);
        (sent.len(), token)
    }

    #[test]
    fn a_page_ends_where_the_rows_do_or_the_message_is_full() {
        let mib = 1 << 20;
        assert_eq!(sent(&[], 3), (0, String::new()));
        assert_eq!(sent(&[10, 10], 3), (2, String::new()));
        assert_eq!(sent(&[10, 10, 10], 3), (3, "3".to_owned()));
        assert_eq!(sent(&[mib, mib / 2, mib, 10], 9), (2, "2".to_owned()));
        assert_eq!(sent(&[3 * mib, 10], 9), (1, "1".to_owned()), "one that is larger goes alone");
    }
}
