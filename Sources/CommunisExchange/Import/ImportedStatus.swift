import CommunisCore
import CommunisStore

/// The statuses of other tools, as this board's.
enum ImportedStatus {
    /// By their names in small letters, without spaces, underscores and hyphens.
    static let table: [String: Status] = [
        "open": .open, "new": .open, "reopened": .open, "pending": .open,
        "recognised": .recognised, "recognized": .recognised, "planned": .recognised,
        "accepted": .recognised, "approved": .recognised,
        "exploring": .exploring, "underreview": .exploring, "underconsideration": .exploring,
        "reviewing": .exploring,
        "building": .building, "started": .building, "inprogress": .building,
        "indevelopment": .building,
        "shipped": .shipped, "completed": .shipped, "complete": .shipped, "done": .shipped,
        "implemented": .shipped, "released": .shipped,
        "declined": .declined, "closed": .declined, "notplanned": .declined,
        "duplicate": .declined, "rejected": .declined, "wontfix": .declined,
    ]

    /// The status that a name means; nothing said is open. An unknown one is open as well, and told.
    static func status(_ name: String, in contents: inout ImportedContents) -> Status {
        let name = CleanText.line(name)
        if name.isEmpty { return .open }
        if let status = table[ColumnName.simplified(name)] { return status }
        contents.leftOut.statuses[name, default: 0] += 1
        return .open
    }
}

/// Names that are compared without regard to how they are put together.
enum ColumnName {
    /// In small letters, without spaces, underscores and hyphens: `Created at` is `createdat`.
    static func simplified(_ name: String) -> String {
        String(
            name.lowercased().unicodeScalars.filter { !$0.isSpace && $0 != "_" && $0 != "-" }
                .map(Character.init))
    }
}
