import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct ImportCSV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: say("Import ideas from CSV files of any origin, and this program's own exports."),
        discussion: sayFlowing(
            """
            Columns are found by their headers; others are named with --map. Exports of
            Communis, Fider, Quackback and UserVoice are recognised. Everything is
            imported or nothing is. Repeating an import changes nothing.

            EXAMPLES
              communis import csv ideas.csv
              communis import csv wensen.csv --map title=Naam,body=Omschrijving --dry-run
              communis import csv ideas.csv votes.csv comments.csv members.csv
            """))

    @Argument(
        help: ArgumentHelp(say("The files."), valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            say(
                """
                Which columns to read: \
                \(PostField.mappable.map(\.rawValue).joined(separator: ", ")).
                """), valueName: "field=column,…"))
    var mapping: [String] = []

    @OptionGroup var options: ImportOptions

    func run() throws {
        var reader = CSVImport()
        reader.source = try options.sourceName()
        reader.mapping = try Self.mapping(mapping)
        try options.run { context, progress in
            try reader.read(files, context: context, progress: progress)
        }
    }

    /// The columns of `title=Naam,body=Omschrijving`; a comma that no field follows belongs to the
    /// column's name.
    static func mapping(_ arguments: [String]) throws -> [PostField: String] {
        var mapping: [PostField: String] = [:]
        for argument in arguments {
            var last: PostField?
            for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
                let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
                if sides.count == 2, let field = PostField(rawValue: sides[0]),
                    PostField.mappable.contains(field)
                {
                    mapping[field] = sides[1]
                    last = field
                } else if let last, let column = mapping[last], !part.contains("=") {
                    mapping[last] = "\(column),\(part)"
                } else {
                    let fields = PostField.mappable.map(\.rawValue).joined(separator: ", ")
                    throw Failure(
                        Failure.usage, "--map \(String(part).quoted) is no FIELD=COLUMN",
                        "the fields are \(fields)")
                }
            }
        }
        return mapping
    }
}
