import CommunisCore
import CommunisStore
import Foundation

/// Ideas, votes and whatever else stands in files of comma-separated values: exports of this
/// program, of the tools that are known by their columns, or of any other.
package struct CSVImport {
    /// What the rows' names begin with in place of the file's name.
    package var source: String?
    /// The columns of a file that no tool is known to write.
    package var mapping: [PostField: String] = [:]
    /// The tool that wrote the files; `nil` to tell by the columns.
    package var tool: PostTool?

    package init() {}

    private enum Kind {
        case export(ExportTable)
        case posts(PostTool?)
        case quackbackVotes

        var isVotes: Bool {
            if case .quackbackVotes = self { true } else { false }
        }
    }

    /// Reads all files whole before anything is imported.
    ///
    /// - Parameter progress: called with (bytes read, bytes of all files).
    package func read(
        _ paths: [String], context: ImportContext, progress: (Int, Int) -> Void
    ) throws(ExchangeError) -> ImportedContents {
        var tables: [(table: CSVTable, path: String, kind: Kind)] = []
        for path in paths {
            let table = try CSVTable(
                path: path, file: path.printable, advice: "name a file that is there")
            tables.append((table, path, kind(table.header)))
        }
        // Votes name posts, which therefore come first.
        let order = tables.filter { !$0.kind.isVotes } + tables.filter { $0.kind.isVotes }
        let total = paths.map(Self.size).reduce(0, +)
        var contents = ImportedContents()
        var done = 0
        var posts: [PostReader] = []
        var exports = BoardExportReader(context)
        for (table, path, kind) in order {
            var table = table
            switch kind {
            case .export(let which):
                try Self.each(&table, { progress(done + $0, total) }) { row throws(ExchangeError) in
                    try exports.read(row, of: which, into: &contents)
                }
            case .quackbackVotes:
                try Self.each(&table, { progress(done + $0, total) }) { row throws(ExchangeError) in
                    try QuackbackVotes.read(row, of: posts, context: context, into: &contents)
                }
            case .posts(let tool):
                var reader = PostReader(
                    origin: "\(tool?.rawValue ?? "csv"):\(sourceName(path))",
                    columns: try columns(of: table, tool), context: context)
                try Self.each(&table, { progress(done + $0, total) }) { row throws(ExchangeError) in
                    let idea = try reader.read(
                        row, repeats: tool == .uservoice, into: &contents)
                    if tool == .uservoice {
                        try UserVoiceRow.read(
                            row, of: idea, origin: reader.origin, context: context,
                            into: &contents)
                    }
                }
                try reader.finish(&contents)
                posts.append(reader)
            }
            done += table.bytesRead
        }
        return contents
    }

    private func kind(_ header: [String]) -> Kind {
        if let tool {
            let isVotes = tool == .quackback && QuackbackVotes.columns.allSatisfy(header.contains)
            return isVotes ? .quackbackVotes : .posts(tool)
        }
        if !mapping.isEmpty { return .posts(nil) }
        if let table = BoardExportReader.table(of: header) { return .export(table) }
        if QuackbackVotes.columns.allSatisfy(header.contains) { return .quackbackVotes }
        return .posts(PostTool.allCases.first { $0.recognises(header) })
    }

    private func columns(of table: CSVTable, _ tool: PostTool?) throws(ExchangeError) -> PostColumns
    {
        guard let tool else { return try PostColumns(table, mapping: mapping) }
        return try PostColumns(table, tool: tool.columns, required: tool.required)
    }

    /// What the rows of a file are named by: the file's name without its extension.
    private func sourceName(_ path: String) -> String {
        ImportedName.source(source, path: path)
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static func each(
        _ table: inout CSVTable, _ progress: (Int) -> Void,
        _ body: (CSVRow) throws(ExchangeError) -> Void
    ) throws(ExchangeError) {
        var count = 0
        while let row = try table.next() {
            try body(row)
            count += 1
            if count.isMultiple(of: 1_024) { progress(table.bytesRead) }
        }
        progress(table.bytesRead)
    }
}

/// What an import calls the place it is from.
enum ImportedName {
    /// The name that a person gave, else the file's without its extension.
    static func source(_ name: String?, path: String) -> String {
        let file = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return CleanText.line(name ?? file)
    }
}
