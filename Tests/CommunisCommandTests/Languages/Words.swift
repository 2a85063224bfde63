/// Which literals are words for people.
enum Words {
    /// Calls whose arguments are phrases. `init` is that of an error in its own file.
    private static let calls: Set = [
        "say", ".say", "Phrase", "Terminal.line", "line", "Terminal.warning", "warning", "Failure",
        "BoardError", "ExchangeError", "fault", "bar.show", "TextInput.line", "TextInput.text",
        "CommandGroup", "Self", "self.init",
    ]
    /// Labels of arguments that are phrases.
    private static let labels: Set = ["title", "abstract", "discussion", "caption"]

    static func areForPeople(_ literal: SwiftLiteral) -> Bool {
        let words = words(of: literal.format)
        guard !words.isEmpty, !exceptions.contains(literal.format) else { return false }
        if literal.isNoun || literal.isPhrase { return true }
        // The name of a command, as `node rename`.
        if literal.call == "ShownCommand" { return false }
        let call = literal.call.split(separator: ".").last.map(String.init) ?? ""
        let isPhraseCall = calls.contains(literal.call) || call == "say" || call == "fault"
        if literal.isDirect, isPhraseCall || labels.contains(literal.label) { return true }
        return words.count >= 2 && !isSQL(literal.format)
    }

    /// What is written with letters only, between spaces and marks; a name such as `created_at`, an
    /// option or a path is none.
    private static func words(of format: String) -> [Substring] {
        format.replacing(#/\{[0-9]+\}/#, with: " ").split(whereSeparator: \.isWhitespace)
            .compactMap { try? #/[“"'`(]*([\p{L}’'-]+)[.,:;?!)"'`”]*/#.wholeMatch(in: $0)?.1 }
            .filter { !$0.hasPrefix("-") && $0.contains(where: \.isLetter) }
    }

    private static func isSQL(_ format: String) -> Bool {
        let keywords: Set<Substring> = [
            "SELECT", "INSERT", "UPDATE", "DELETE", "FROM", "WHERE", "PRAGMA", "VACUUM", "CREATE",
            "DESC", "NULL", "VALUES", "ORDER", "UNION", "JOIN", "AND", "LIMIT", "EXISTS",
            "IN",
        ]
        return format.split { !$0.isLetter }.contains { keywords.contains($0) }
    }

    /// Words of which Dutch has the same.
    static let sameInDutch: Set<String> = [
        "open", "ref", "score", "status", "tag", "id", "Ref", "Score", "Status", "tags: {1}",
        "SQLite: {1}",
    ]

    /// Literals that look like words for people and are none.
    static let exceptions: Set<String> = [
        // What ids are derived from, and what a key file begins with.
        "communis key 1", "communis key 1\u{0}",
        // For programmers.
        "what is said where there is none?", "votes are merged apart", "no idea was made",
        "no revision was made", "no comment was made", "the state is missing",
        // Columns of SQL.
        "arrival, verdict, role, header, payload, signature",
        "clock, horizon, told_time, told_at",
        "key, address, store, received, sent, last_sync, node, authority",
        // What a signature speaks of.
        "communis request 1\u{0}", "communis answer 1\u{0}",
        // For programs that look at a hub.
        "A hub of Communis, a board of ideas. Sync with it: communis sync ADDRESS\n",
        "lines about requests were left out", "signalled before there was a value",
        "the last try returns or throws",
        // What SQLite says.
        "integer overflow", "unsupported file format",
        // What a key is bound to.
        "communis secret 1\u{0}",
        // How files begin, what other machines run, what only a fault would say.
        "communis bundle 1\n", "SQLite format 3\u{0}", "communis serve-stdio -- {1}",
        "a proto3 message did not encode: {1}",
        // Written on the board, alike on every copy.
        "rejected in {1}", "{1} in UserVoice", "(no text)",
    ]

    /// Files that hold words of several languages, none of which the program says.
    static let files: Set<String> = [
        "Sources/CommunisStore/Search/FunctionWords.swift",
        // What a hub says to programs: figures, log lines, answers to what is no sync.
        "Sources/CommunisHub/Observing/PrometheusText.swift",
        "Sources/CommunisHub/Observing/RequestLog.swift",
        "Sources/CommunisHub/Peers/PeerSyncService.swift",
        "Sources/CommunisHub/Peers/PeerSyncs.swift",
        "Sources/CommunisHub/Sync/SyncRoute.swift",
    ]
}
