import CommunisCore
import CommunisExchange
import CommunisStore
import CommunisTestSupport
import Foundation

/// Files for a test, and what imports make of them.
struct BoardFiles {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let path = folder.file(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Every table of a board, as CSV.
    static func exports(_ board: Board) throws -> [ExportTable: String] {
        var exports: [ExportTable: String] = [:]
        for table in ExportTable.allCases {
            let text = Lines()
            try TableExport.run(table, of: board, format: .csv, includesLost: false) {
                text.value += $0
            }
            exports[table] = text.value
        }
        return exports
    }

    /// Writes every table into a file; their paths, in no particular order.
    func write(_ exports: [ExportTable: String], _ name: String) throws -> [String] {
        try exports.map { try write($0.value, to: "\(name)-\($0.key.rawValue).csv") }
    }

    func importCSV(
        _ paths: [String], into board: Board, _ configure: (inout CSVImport) -> Void = { _ in }
    ) throws -> ImportSummary {
        var reader = CSVImport()
        configure(&reader)
        let context = try ImportContext(board)
        let contents = try reader.read(paths, context: context) { _, _ in }
        return try Importer.run(contents, into: board, context: context) { _, _ in }
    }
}

/// Text that grows.
final class Lines {
    var value = ""
}
