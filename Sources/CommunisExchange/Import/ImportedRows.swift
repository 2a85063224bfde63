import CommunisCore
import CommunisStore

/// The cells of a row, as values; a cell that is none is a fault of the row.
extension CSVRow {
    /// A person's words, without the guard that keeps spreadsheets from running them.
    func text(_ column: String) -> String { CSVWriter.unguarded(self[column]) }

    func idea(_ column: String) throws(ExchangeError) -> IdeaID {
        guard let id = IdeaID(base32: self[column]) else {
            throw fault("\(column) is \(self[column].quoted), no idea's id")
        }
        return id
    }

    func comment(_ column: String) throws(ExchangeError) -> CommentID {
        guard let id = CommentID(base32: self[column]) else {
            throw fault("\(column) is \(self[column].quoted), no comment's id")
        }
        return id
    }

    func member(_ column: String) throws(ExchangeError) -> MemberID {
        guard let id = Base32.decode(self[column]).flatMap({ MemberID($0) }) else {
            throw fault("\(column) is \(self[column].quoted), no member's id")
        }
        return id
    }

    func flag(_ column: String) throws(ExchangeError) -> Bool {
        switch self[column] {
        case "true": return true
        case "false": return false
        default: throw fault("\(column) is \(self[column].quoted), not true or false")
        }
    }

    /// A member's name; `nil` where the cell is empty.
    func name(_ column: String) throws(ExchangeError) -> String? {
        let name = text(column)
        if name.isEmpty { return nil }
        guard Limits.isName(name) else {
            throw fault("\(column) is longer than \(Limits.nameScalars) characters")
        }
        return name
    }

    func names(_ column: String) throws(ExchangeError) -> [String] {
        let names = CellList.split(text(column))
        guard names.allSatisfy(Limits.isName) else {
            throw fault("a name in \(column) is longer than \(Limits.nameScalars) characters")
        }
        return names
    }

    func text(_ column: String, bytes: Int) throws(ExchangeError) -> String {
        let text = text(column)
        guard text.utf8.count <= bytes else {
            throw fault("\(column) is longer than \(bytes) bytes")
        }
        return text
    }

    /// A time up to the last that may be written here.
    func moment(_ column: String, until last: Milliseconds) throws(ExchangeError) -> Milliseconds {
        try moment(self[column], of: column, until: last)
    }

    func moment(
        _ text: String, of column: String, until last: Milliseconds
    ) throws(ExchangeError) -> Milliseconds {
        guard let moment = ImportedTime.parse(text) else {
            throw fault(
                "\(column) is \(text.quoted), no time such as 2026-11-01T09:30:00Z since 1970")
        }
        guard moment <= last else {
            throw fault("\(column) \(text.quoted) lies in the future")
        }
        return moment
    }
}
