/// A string literal of a Swift source, as the phrase that it would be.
struct SwiftLiteral {
    /// The words with `{1}`, `{2}`, … for the values, as `Phrase.format` has them.
    var format: String
    /// Counts from 1.
    var line: Int
    /// The call whose argument it is, such as `Terminal.line`; empty where it is in none.
    var call = ""
    /// The label of that argument.
    var label = ""
    /// Which argument it is, from 0.
    var place = 0
    /// Whether it is the whole argument, or one of the values that a `?` chooses from.
    var isDirect = false
    /// A noun behind a count, as in `\(count, "idea", "ideas")`.
    var isNoun = false
    /// Whether it is the value of something that is declared to be a `Phrase`.
    var isPhrase = false
}

/// Finds the string literals of a Swift source. It knows of Swift what it takes for that: comments,
/// literals of every form with what is interpolated in them, and brackets.
struct SwiftLiterals {
    private struct Frame {
        var call = ""
        var argument = ""
        var place = 0
        /// Whether what stands in these braces is the value of a `Phrase`.
        var isPhrase = false
    }

    // Stand for what an escape says until the indentation is taken off.
    private static let escapedNewline: Character = "\u{E000}"
    private static let joinedLine: Character = "\u{E001}"

    private let source: [Character]
    private var position = 0
    private var line = 1
    private var frames = [Frame()]
    private var found: [SwiftLiteral] = []

    static func find(in source: String) -> [SwiftLiteral] {
        var finder = SwiftLiterals(source: Array(source))
        while finder.position < finder.source.count { finder.step() }
        return finder.found
    }

    private init(source: [Character]) { self.source = source }

    private func starts(with text: String) -> Bool {
        source[position...].starts(with: text)
    }

    private mutating func take() -> Character {
        let character = source[position]
        position += 1
        if character == "\n" { line += 1 }
        return character
    }

    private mutating func skip(_ count: Int) { for _ in 0..<count { _ = take() } }

    // MARK: - Code

    private mutating func step() {
        if starts(with: "//") {
            while position < source.count, source[position] != "\n" { skip(1) }
        } else if starts(with: "/*") {
            var depth = 0
            repeat {
                if starts(with: "/*") { depth += 1 } else if starts(with: "*/") { depth -= 1 }
                skip(1)
            } while depth > 0
            skip(1)
        } else if starts(with: "#/") {
            while !starts(with: "/#") { skip(1) }
            skip(2)
        } else if starts(with: "\"") || starts(with: "#\"") || starts(with: "##\"") {
            literal()
        } else {
            code(take())
        }
    }

    private mutating func code(_ character: Character) {
        let top = frames.count - 1
        switch character {
        case "(", "[":
            let call = frames[top].argument.reversed().prefix {
                $0.isLetter || $0.isNumber || $0 == "." || $0 == "_"
            }
            frames[top].argument.append(character)
            frames.append(Frame(call: character == "(" ? String(call.reversed()) : "["))
        case "{":
            let before = String(frames[top].argument.suffix(300))
            frames[top].argument.append(character)
            let isDeclared = before.contains(#/(:|->) Phrase\?? *$/#)
            frames.append(
                Frame(isPhrase: isDeclared || frames[top].isPhrase || Self.isPhrase(before)))
        case ")", "]", "}":
            if frames.count > 1 { frames.removeLast() }
            frames[frames.count - 1].argument.append(character)
        case ",":
            frames[top].argument = ""
            frames[top].place += 1
        default:
            frames[top].argument.append(character.isNewline ? " " : character)
        }
    }

    /// Whether what follows is given to something declared as a `Phrase`.
    private static func isPhrase(_ before: String) -> Bool {
        before.contains(#/: Phrase\?? =([^={}]|==|!=|<=|>=)*$/#)
    }

    // MARK: - Literals

    private mutating func literal() {
        let start = line
        let (call, label, place, isDirect, isPhrase) = place()
        var hashes = ""
        while source[position] == "#" { hashes.append(take()) }
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        skip(quotes.count)
        var text = ""
        var values = 0
        while !starts(with: quotes + hashes) {
            if starts(with: "\\" + hashes) {
                skip(1 + hashes.count)
                if source[position] == "(" {
                    interpolation(&text, &values)
                } else {
                    text += escape()
                }
            } else {
                text.append(take())
            }
        }
        skip(quotes.count + hashes.count)
        if quotes.count == 3 { text = Self.unindented(text) }
        frames[frames.count - 1].argument.append("\"")
        found.append(
            SwiftLiteral(
                format: text.replacing(String(Self.escapedNewline), with: "\n"), line: start,
                call: call, label: label, place: place, isDirect: isDirect, isPhrase: isPhrase))
    }

    /// Where a literal stands that begins here.
    private func place() -> (String, String, Int, isDirect: Bool, isPhrase: Bool) {
        let frame = frames[frames.count - 1]
        var before = Substring(frame.argument.trimmingSpaces)
        var label = ""
        if let match = before.prefixMatch(of: #/([A-Za-z_]+):/#) {
            label = String(match.1)
            before = before[match.range.upperBound...]
        }
        let isDirect = before.isEmpty || "?:".contains(before.suffix(1))
        let isValue =
            isDirect || before.hasSuffix("{") || before.hasSuffix("}") || before.hasSuffix("return")
        let isPhrase =
            frame.call.isEmpty
            && (frame.isPhrase && isValue || Self.isPhrase(String(frame.argument.suffix(300))))
        return (frame.call, label, frame.place, isDirect, isPhrase)
    }

    private mutating func escape() -> String {
        let character = take()
        switch character {
        case "n": return String(Self.escapedNewline)
        case "t": return "\t"
        case "r": return "\r"
        case "0": return "\0"
        case "u":
            let digits = source[position...].dropFirst().prefix { $0 != "}" }
            skip(digits.count + 2)
            return UInt32(String(digits), radix: 16).flatMap(Unicode.Scalar.init)
                .map { String($0) } ?? ""
        case " ", "\n":
            var next = character
            while next != "\n" { next = take() }
            return "\(Self.joinedLine)\n"
        default: return String(character)
        }
    }

    /// `\(value)`, or `\(count, "one", "many")`, which is a number and a noun.
    private mutating func interpolation(_ text: inout String, _ values: inout Int) {
        let depth = frames.count
        let first = found.count
        skip(1)
        frames.append(Frame(call: "\\"))
        var arguments = 1
        while frames.count > depth {
            arguments = frames.count == depth + 1 ? frames[depth].place + 1 : arguments
            step()
        }
        // The bracket that closes it is no code of what stands around the literal.
        frames[depth - 1].argument.removeLast()
        let nouns = found.indices[first...].filter {
            found[$0].call == "\\" && found[$0].isDirect && found[$0].place > 0
        }
        values += 1
        text += "{\(values)}"
        guard arguments == 3, nouns.count >= 2 else { return }
        for noun in nouns { found[noun].isNoun = true }
        values += 1
        text += " {\(values)}"
    }

    /// Without the indentation of the closing quotes, and without line ends behind a `\`.
    private static func unindented(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let indent = lines.last?.count else { return text }
        return lines.dropFirst().dropLast().map { $0.dropFirst(indent) }
            .joined(separator: "\n").replacing("\(joinedLine)\n", with: "")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
