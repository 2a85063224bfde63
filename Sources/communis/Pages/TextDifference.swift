import CommunisCore
import CommunisStore

/// What a text says otherwise than the one it replaced, line by line and word by word.
struct TextDifference {
    enum Kind: Equatable {
        case same, removed, added
    }

    struct Piece: Equatable {
        var kind: Kind
        var text: String
    }

    /// Lines of pieces.
    let lines: [[Piece]]

    /// More lines or words than this are not compared one by one: `CollectionDifference` takes
    /// memory by the square of how much differs, and anybody can write a text of 32 KB.
    private static let comparedLimit = 4_000

    /// What comparing the texts of one page may take, in squares of lines and words: a hundred texts of
    /// 32 KB of which every word differs took a minute.
    static let pageEffort = 8 * comparedLimit * comparedLimit

    init(from old: String, to new: String) {
        var effort = Self.pageEffort
        self.init(from: old, to: new, effort: &effort)
    }

    /// - Parameter effort: what comparing may still take; what is left of it afterwards. Where there is
    ///   too little, what differs is not compared one by one.
    init(from old: String, to new: String, effort: inout Int) {
        var lines: [[Piece]] = []
        for block in Self.blocks(Self.lines(of: old), Self.lines(of: new), &effort) {
            switch block {
            case .same(let line): lines.append([Piece(kind: .same, text: line)])
            case .changed(let removed, let added):
                lines += Self.changed(removed, added, &effort)
            }
        }
        self.lines = lines
    }

    // MARK: - Lines

    private static func lines(of text: String) -> [String] {
        text.isEmpty
            ? []
            : text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .map { String($0) }
    }

    /// Lines that were replaced by others: each beside its successor where they are as many, else
    /// first those that went, then those that came.
    private static func changed(
        _ removed: [String], _ added: [String], _ effort: inout Int
    ) -> [[Piece]] {
        guard removed.count == added.count else {
            return removed.map { [Piece(kind: .removed, text: $0)] }
                + added.map { [Piece(kind: .added, text: $0)] }
        }
        return zip(removed, added).map { words($0, $1, &effort) }
    }

    // MARK: - Words

    private static func words(_ old: String, _ new: String, _ effort: inout Int) -> [Piece] {
        var pieces: [Piece] = []
        for block in smoothed(blocks(words(of: old), words(of: new), &effort)) {
            switch block {
            case .same(let word): append(Piece(kind: .same, text: word), to: &pieces)
            case .changed(let removed, let added):
                append(Piece(kind: .removed, text: removed.joined()), to: &pieces)
                append(Piece(kind: .added, text: added.joined()), to: &pieces)
            }
        }
        return pieces
    }

    /// Puts a piece behind others: alone where it is a change, with its spaces outside, since a
    /// mark that begins or ends with a space is hard to read.
    private static func append(_ piece: Piece, to pieces: inout [Piece]) {
        if piece.text.isEmpty { return }
        guard piece.kind != .same, !piece.text.allSatisfy(\.isWhitespace) else {
            return join(piece, to: &pieces)
        }
        let isSpaced = piece.text.first?.isWhitespace == true
        if isSpaced || (pieces.last.map { $0.kind != .same } ?? false) {
            join(Piece(kind: .same, text: " "), to: &pieces)
        }
        let words = piece.text.trimmingPrefix(while: \.isWhitespace)
        let end = words.lastIndex { !$0.isWhitespace }.map(words.index(after:))
        pieces.append(Piece(kind: piece.kind, text: String(words[..<(end ?? words.endIndex)])))
        if end != words.endIndex { join(Piece(kind: .same, text: " "), to: &pieces) }
    }

    /// Unchanged text joins the unchanged text before it, with one space between them.
    private static func join(_ piece: Piece, to pieces: inout [Piece]) {
        guard piece.kind == .same, let last = pieces.last, last.kind == .same else {
            return pieces.append(piece)
        }
        let isDouble = last.text.last?.isWhitespace == true
        let text = isDouble ? String(piece.text.trimmingPrefix(while: \.isWhitespace)) : piece.text
        pieces[pieces.count - 1].text += text
    }

    /// The words of a line and the spaces between them.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var isSpace: Bool?
        for character in line {
            if character.isWhitespace == isSpace {
                words[words.count - 1].append(character)
            } else {
                words.append(String(character))
                isSpace = character.isWhitespace
            }
        }
        return words
    }

    /// Spaces that stay between words that change belong to the change.
    private static func smoothed(_ blocks: [Block]) -> [Block] {
        var result: [Block] = []
        for (index, block) in blocks.enumerated() {
            if case .same(let space) = block, space.allSatisfy(\.isWhitespace),
                case .changed(var removed, var added)? = result.last,
                blocks.indices.contains(index + 1),
                case .changed(let nextRemoved, let nextAdded) = blocks[index + 1]
            {
                // Where words only went or only came, the space between them did.
                if !removed.isEmpty || !nextRemoved.isEmpty { removed.append(space) }
                if !added.isEmpty || !nextAdded.isEmpty { added.append(space) }
                result[result.count - 1] = .changed(removed, added)
            } else if case .changed(let nextRemoved, let nextAdded) = block,
                case .changed(let removed, let added)? = result.last
            {
                result[result.count - 1] = .changed(removed + nextRemoved, added + nextAdded)
            } else {
                result.append(block)
            }
        }
        return result
    }

    // MARK: - Comparing

    private enum Block {
        case same(String)
        /// What stood here, and what stands here now.
        case changed([String], [String])
    }

    /// What stays and what changes, in order.
    private static func blocks(
        _ old: [String], _ new: [String], _ effort: inout Int
    ) -> [Block] {
        let beginning = zip(old, new).prefix { $0 == $1 }.count
        let room = min(old.count, new.count) - beginning
        let end = zip(old.reversed(), new.reversed()).prefix(room).prefix { $0 == $1 }.count
        let before = Array(old[beginning..<old.count - end])
        let after = Array(new[beginning..<new.count - end])
        let size = before.count + after.count
        var middle: [Block] = []
        if size > comparedLimit || size * size > effort {
            middle = [.changed(before, after)]
        } else if size > 0 {
            effort -= size * size
            middle = compared(before, after)
        }
        return old.prefix(beginning).map { .same($0) } + middle
            + old.suffix(end).map { .same($0) }
    }

    private static func compared(_ old: [String], _ new: [String]) -> [Block] {
        var isRemoved = Array(repeating: false, count: old.count)
        var isAdded = Array(repeating: false, count: new.count)
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): isRemoved[offset] = true
            case .insert(let offset, _, _): isAdded[offset] = true
            }
        }
        var blocks: [Block] = []
        var (place, newPlace) = (0, 0)
        while place < old.count || newPlace < new.count {
            var (removed, added): ([String], [String]) = ([], [])
            while place < old.count, isRemoved[place] {
                removed.append(old[place])
                place += 1
            }
            while newPlace < new.count, isAdded[newPlace] {
                added.append(new[newPlace])
                newPlace += 1
            }
            if !removed.isEmpty || !added.isEmpty { blocks.append(.changed(removed, added)) }
            if place < old.count, newPlace < new.count {
                blocks.append(.same(old[place]))
                place += 1
                newPlace += 1
            }
        }
        return blocks
    }
}

extension TextDifference {
    /// Lines of unchanged text that are shown around a change.
    private static let context = 1

    /// The changed lines with those around them, for the terminal: green is what came and red what
    /// went, or `{+came+}` and `[-went-]` where there is no colour. A line that is left out is
    /// `nil`, once for each gap.
    func runs(isColoured: Bool) -> [[Run]?] {
        var result: [[Run]?] = []
        let changed = lines.indices.filter { lines[$0].contains { $0.kind != .same } }
        var next = changed[...]
        for index in lines.indices {
            while let first = next.first, first + Self.context < index { next.removeFirst() }
            if let first = next.first, abs(first - index) <= Self.context {
                result.append(lines[index].map { $0.run(isColoured: isColoured) })
            } else if let last = result.last, last == nil {
                continue
            } else {
                result.append(nil)
            }
        }
        return result
    }
}

extension TextDifference.Piece {
    fileprivate func run(isColoured: Bool) -> Run {
        let text = text.printable
        return switch kind {
        case .same: Run(text)
        case .removed: isColoured ? Run(text, .red) : Run("[-\(text)-]")
        case .added: isColoured ? Run(text, .green) : Run("{+\(text)+}")
        }
    }
}
