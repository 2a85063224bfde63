import CommunisCore
import CommunisStore

/// A file of rows whose cells are found by the names in its header.
struct CSVTable {
    private var reader: CSVReader
    /// What the file is called in messages.
    let file: String
    let header: [String]
    private let columns: [String: Int]

    init(
        path: String, file: String, advice: Phrase = "name a folder that holds one"
    ) throws(ExchangeError) {
        reader = try CSVReader(path: path, file: file, advice: advice)
        self.file = file
        guard let header = try reader.next() else {
            throw ExchangeError(
                .notUnderstood, "\(file) is empty", "it needs a header that names its columns")
        }
        self.header = header
        columns = Dictionary(zip(header, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter required: columns without which the file is of no use.
    init(path: String, file: String, required: [String]) throws(ExchangeError) {
        try self.init(path: path, file: file)
        let missing = required.filter { columns[$0] == nil }
        guard missing.isEmpty else {
            throw reader.fault("no column \(missing.joined(separator: ", "))")
        }
    }

    var bytesRead: Int { reader.bytesRead }

    mutating func next() throws(ExchangeError) -> CSVRow? {
        guard let cells = try reader.next() else { return nil }
        guard cells.count == header.count else {
            throw reader.fault("\(cells.count) cells where the header has \(header.count)")
        }
        return CSVRow(cells: cells, columns: columns, reader: reader)
    }

    /// A fault in the row read last; in the header before any.
    func fault(_ problem: Phrase) -> ExchangeError { reader.fault(problem) }
}

/// One row; its faults know their place.
struct CSVRow {
    let cells: [String]
    fileprivate let columns: [String: Int]
    fileprivate let reader: CSVReader

    /// The cell of a column; empty where there is no such column.
    subscript(_ column: String) -> String { columns[column].map { cells[$0] } ?? "" }

    /// Where the row stands; the header is row 1.
    var number: Int { reader.row }

    func has(_ column: String) -> Bool { columns[column] != nil }

    /// The whole number in a cell.
    func integer(_ column: String) throws(ExchangeError) -> Int64 {
        guard let value = Int64(self[column]) else {
            throw fault("\(column) is \(self[column].quoted), not a whole number")
        }
        return value
    }

    func fault(_ problem: Phrase) -> ExchangeError { reader.fault(problem) }
}
