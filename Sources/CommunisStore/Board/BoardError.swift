import CommunisCore
import CommunisLog
import GRDB

/// What can go wrong with a board: what it is, in words, and what to do about it.
package struct BoardError: Error, Hashable, Sendable {
    /// The exit codes of sysexits.h, which commands end with and copies tell each other.
    package enum Code: Int32, Sendable {
        /// Input that is not understood: not a board, a newer file, another board, an ambiguous ref.
        case notUnderstood = 65
        /// No such board, idea or file.
        case notFound = 66
        /// A peer cannot be reached, or does not speak as one.
        case unavailable = 69
        /// A fault in this program.
        case fault = 70
        /// Something is there already.
        case exists = 73
        /// The disk is full, cannot be written, or fails.
        case inputOutput = 74
        /// Another process holds the board.
        case busy = 75
        /// This node or key may not do that.
        case notPermitted = 77
    }

    package var code: Code
    /// What is wrong, in a few words.
    package var problem: Phrase
    /// What to do about it.
    package var advice: Phrase

    package init(_ code: Code, _ problem: Phrase, _ advice: Phrase) {
        self.code = code
        self.problem = problem
        self.advice = advice
    }
}

extension BoardError {
    package static func noBoard(_ path: String) -> Self {
        Self(
            .notFound, "no board at \(path)",
            "make one with `communis init` or name one with --board")
    }

    static func notABoard(_ path: String) -> Self {
        Self(.notUnderstood, "\(path) is not a Communis board", "name a board's file with --board")
    }

    static func newerFile(_ path: String, version: Int) -> Self {
        Self(
            .notUnderstood, "\(path) was written by a newer version (file version \(version))",
            "install a newer communis; the file was not touched")
    }

    static func earlierFormat(_ path: String) -> Self {
        BoardError(
            .notUnderstood, "\(path) is of a version before the format of changesets was settled",
            "export it with the version that made it, and import that into a new board")
    }

    static func damaged(_ path: String, _ what: Phrase) -> Self {
        Self(
            .notUnderstood, "\(path) is damaged: \(what)",
            "restore a backup beside it, or clone the board again from a peer")
    }

    static func busy(_ path: String) -> Self {
        Self(.busy, "\(path) is in use by another process", "try again in a moment")
    }

    /// A peer's file that names this copy's node: either a copy of it, made by hand with the key, or
    /// one that wants it to sign in that file.
    package static func ownNode(_ path: String) -> Self {
        Self(
            .notPermitted, "\(path) says that it is this very copy: it is not synced with",
            "if you copied it with its key, run there: communis node rename --new-key")
    }

    static func exists(_ path: String) -> Self {
        Self(.exists, "\(path) is already there", "name a place where nothing is yet")
    }

    static func unfinishedClone(_ key: String) -> Self {
        Self(
            .exists, "\(key) is the key of a clone that did not come to its end",
            "clone again with the same invitation, or remove it")
    }

    static func keyMissing(_ path: String) -> Self {
        Self(
            .notPermitted, "the key \(path) is missing",
            "put it back from your backup; without it this copy can be read, not written")
    }

    static func keyUnreadable(_ path: String, _ why: Phrase) -> Self {
        Self(
            .notPermitted, "the key \(path) cannot be used: \(why)",
            "restore the key that belongs to this board, readable by you")
    }

    static func unreadableNow(_ path: String) -> Self {
        Self(
            .inputOutput, "\(path) cannot be read now",
            "try again; check the disk, and how many files may be open")
    }

    package static func reader(_ node: NodeID) -> Self {
        Self(
            .notPermitted, "this copy is a reader and may not write",
            """
            ask a steward to run: \(ShownCommand("node admit", [Base32.encode(node.bytes)])); then \
            sync
            """)
    }

    static let secretMissing = Self(
        .notPermitted, "this copy became a contributor and lacks the board's secret still",
        "sync with a steward's copy, by path or over HTTP: the secret comes along")

    static let disavowed = Self(
        .notPermitted, "the votes of this copy do not count: a steward disavowed them",
        "ask a steward; `communis node list` tells who")

    static func missingRole(_ role: Role) -> Self {
        Self(
            .notPermitted, "only a \(role.words)'s node may do this",
            "do it at a \(role.words)'s copy of the board")
    }

    package static let otherFounder = Self(
        .notUnderstood, "the copy that this one was made from named a false founder of the board",
        "clone the board again, from a copy that you trust")

    package static func otherBoard(_ address: String) -> Self {
        Self(
            .notUnderstood, "\(address) is another board",
            "sync with a copy of this board; `communis clone` makes one")
    }

    /// In the words of a user what SQLite reported.
    init(_ error: any Error, path: String) {
        if let error = error as? BoardError {
            self = error
            return
        }
        // Read from this copy's own log, where nothing is that did not verify when it came.
        if let refusal = error as? Refusal {
            self = .damaged(path, "a changeset does not verify (\(refusal.rawValue))")
            return
        }
        if error is RowDecodingError {
            self = .damaged(path, "a value is not of its column's kind")
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.fault, "unexpected: \(error)", "please report this")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .busy(path)
        case .SQLITE_INTERRUPT:
            self.init(
                .unavailable, "reading \(path) takes longer than any board does",
                "look who made it, and take the board from another copy")
        case .SQLITE_TOOBIG:
            self = .damaged(path, "it holds a value that is larger than any may be")
        case .SQLITE_FULL:
            self.init(
                .inputOutput, "the disk that holds \(path) is full",
                "make room and try again; nothing is half done")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .inputOutput, "\(path) cannot be written",
                "make the file and its folder writable for you; nothing is half done")
        case .SQLITE_CANTOPEN:
            self.init(
                .inputOutput, "\(path) cannot be opened", "make the file and its folder accessible")
        case .SQLITE_IOERR:
            self.init(
                .inputOutput, "reading or writing \(path) failed (\(error.extendedResultCode))",
                "check the disk; nothing is half done")
        case .SQLITE_ERROR where error.message == "unsupported file format":
            self = .damaged(path, "it is not laid out as a board is")
        case .SQLITE_NOTADB:
            self = .notABoard(path)
        case .SQLITE_CORRUPT:
            // Our own messages have translations, SQLite's have none.
            self = .damaged(
                path,
                error.message.map { Phrase(stringLiteral: $0) } ?? "SQLite reports a corrupt page")
        // A damaged page of the full-text index, and a number that its column cannot hold.
        case .SQLITE_ERROR where error.message?.contains("fts5") == true,
            .SQLITE_ERROR where error.message == "integer overflow",
            // A number that its column cannot hold, or a row that is there twice since an index lost it.
            .SQLITE_CONSTRAINT:
            self = .damaged(path, "SQLite reports a corrupt page")
        default:
            self.init(
                .fault, "SQLite: \(error.message ?? "\(error.resultCode)")", "please report this")
        }
    }
}
