import ArgumentParser
import CommunisExchange
import CommunisStore

struct ImportFider: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fider",
        abstract: say("Import the posts that were exported from Fider."),
        discussion: sayFlowing(
            """
            The file says how many voted, not who: no votes are imported. What repeats
            another post is joined with it. Repeating an import changes nothing.

            EXAMPLES
              communis import fider posts.csv --source feedback.example.org
            """))

    @Argument(help: .say("The posts.csv."), completion: .file())
    var file: String

    @OptionGroup var options: ImportOptions

    func run() throws {
        var reader = CSVImport()
        reader.tool = .fider
        reader.source = try options.sourceName()
        try options.run { try reader.read([file], context: $0, progress: $1) }
    }
}

struct ImportQuackback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quackback",
        abstract: say("Import the posts, and the votes, that were exported from Quackback."),
        discussion: sayFlowing(
            """
            Voters become the members that they are when they act under the same
            address here; no address leaves this copy. Repeating an import changes
            nothing.

            EXAMPLES
              communis import quackback posts.csv
              communis import quackback posts.csv votes.csv
            """))

    @Argument(help: .say("The file of the posts."), completion: .file())
    var posts: String

    @Argument(help: .say("The file of the votes."), completion: .file())
    var votes: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        var reader = CSVImport()
        reader.tool = .quackback
        reader.source = try options.sourceName()
        let files = [posts] + (votes.map { [$0] } ?? [])
        try options.run { try reader.read(files, context: $0, progress: $1) }
    }
}

struct ImportUserVoice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uservoice",
        abstract: say("Import the full export of UserVoice, one row a voter."),
        discussion: sayFlowing(
            """
            Voters become the members that they are when they act under the same
            address here; no address leaves this copy. Repeating an import changes
            nothing.

            EXAMPLES
              communis import uservoice full-export.csv --source ideas.example.org
            """))

    @Argument(help: .say("The file of the export."), completion: .file())
    var file: String

    @OptionGroup var options: ImportOptions

    func run() throws {
        var reader = CSVImport()
        reader.tool = .uservoice
        reader.source = try options.sourceName()
        try options.run { try reader.read([file], context: $0, progress: $1) }
    }
}

struct ImportGitHub: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "github",
        abstract: say("Import issues of GitHub, as its REST API lists them."),
        discussion: sayFlowing(
            """
            Each file is one page of the list of a repository's issues; pull requests
            in it are left out. Reactions are only counted there: with --reactions, a
            folder that holds NUMBER.json for issues, 👍 and 👎 become votes. Repeating
            an import changes nothing.

            EXAMPLES
              gh api 'repos/OWNER/NAME/issues?state=all&per_page=100' > page1.json
              gh api repos/OWNER/NAME/issues/17/reactions > reactions/17.json
              communis import github page1.json page2.json --reactions reactions
            """))

    @Argument(
        help: ArgumentHelp(say("The pages."), valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            say("A folder with the reactions to issues, as NUMBER.json."), valueName: "folder"),
        completion: .directory)
    var reactions: String?

    @OptionGroup var options: ImportOptions

    func run() throws {
        let source = try options.sourceName()
        try options.run {
            try GitHubIssues.read(
                files, reactions: reactions, source: source, context: $0, progress: $1)
        }
    }
}

struct ImportPaBuLib: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pabulib",
        abstract: say("Import a participatory budget with its votes from a .pb file of PaBuLib."),
        discussion: sayFlowing(
            """
            Projects become ideas, with their cost in the text; a project that a ballot
            approves, ranks or gives points is agreed with. Repeating an import changes
            nothing.

            EXAMPLES
              communis import pabulib poland_warszawa_2024.pb
              communis import pabulib budget.pb --date 2024-06-15
            """))

    @Argument(help: .say("The .pb file."), completion: .file())
    var file: String

    @OptionGroup var options: ImportOptions

    func run() throws {
        let source = try options.sourceName()
        try options.run {
            try PaBuLibImport.read(file, source: source, context: $0, progress: $1)
        }
    }
}
