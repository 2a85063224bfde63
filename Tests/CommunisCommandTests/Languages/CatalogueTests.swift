import Foundation
import Testing

/// Every word for people has a Dutch one, in `Sources/communis/Languages/nl.json`. What is missing
/// or too much is named with its file, so that it can be mended at once.
@Suite struct CatalogueTests {
    /// A literal with the file that it stands in.
    struct Found {
        var file: String
        var literal: SwiftLiteral
        var description: String {
            "\(file):\(literal.line): \(CatalogueTests.json(literal.format))"
        }
    }

    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let targets = [
        "communis", "CommunisCore", "CommunisStore", "CommunisExchange", "CommunisSync",
        "CommunisTransport", "CommunisHub",
    ]
    static let catalogue = "Sources/communis/Languages/nl.json"

    let literals: [Found]
    let dutch: [String: String]

    init() throws {
        let root = Self.package.resolvingSymlinksInPath().path
        var found: [Found] = []
        for target in Self.targets {
            let folder = Self.package.appendingPathComponent("Sources/\(target)")
            let files = try #require(
                FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            for case let file as URL in files where file.pathExtension == "swift" {
                let path = file.resolvingSymlinksInPath().path.dropFirst(root.count + 1)
                let source = try String(contentsOf: file, encoding: .utf8)
                found += SwiftLiterals.find(in: source).map {
                    Found(file: String(path), literal: $0)
                }
            }
        }
        literals = found.sorted { ($0.file, $0.literal.line) < ($1.file, $1.literal.line) }
        let data = try Data(contentsOf: Self.package.appendingPathComponent(Self.catalogue))
        dutch = try JSONDecoder().decode([String: String].self, from: data)
    }

    @Test func everyWordHasADutchOne() {
        #expect(literals.count > 500)
        let missing = literals.filter {
            !Words.files.contains($0.file) && Words.areForPeople($0.literal)
                && dutch[$0.literal.format] == nil
        }
        Self.expectNone(missing.map(\.description), "without Dutch words in \(Self.catalogue)")
    }

    @Test func noEntryIsStale() {
        let formats = Set(literals.map(\.literal.format))
        let stale = dutch.keys.filter { !formats.contains($0) }
        Self.expectNone(
            stale.sorted().map(Self.json), "in \(Self.catalogue), and said nowhere: remove them")
    }

    @Test func theSameValuesStandInBoth() {
        let wrong = dutch.filter { Self.placeholders($0.key) != Self.placeholders($0.value) }
        Self.expectNone(
            wrong.map { "\(Self.json($0.key)): \(Self.json($0.value))" }.sorted(),
            "with other placeholders in \(Self.catalogue) than in English")
    }

    @Test func dutchIsNotEnglish() {
        let alike = dutch.filter { $0.key == $0.value }.keys
        let wrong = alike.filter { !Words.sameInDutch.contains($0) }
        Self.expectNone(
            wrong.map(Self.json).sorted(), "in English in \(Self.catalogue), or `sameInDutch`")
        Self.expectNone(
            Words.sameInDutch.subtracting(alike).sorted(), "that `sameInDutch` need not name")
    }

    @Test func exceptionsAreNeeded() {
        let formats = Set(literals.map(\.literal.format))
        Self.expectNone(
            Words.exceptions.subtracting(formats).sorted(), "that `exceptions` need not")
    }

    /// What a phrase begins and ends with matters where it is put beside others.
    @Test func linesStayWhereTheyAre() {
        let wrong = dutch.filter { english, dutch in
            english.hasSuffix(".") != dutch.hasSuffix(".")
                || english.hasPrefix(" ") != dutch.hasPrefix(" ")
                || english.hasSuffix("\n") != dutch.hasSuffix("\n")
                || !english.contains("\n") && dutch.contains("\n")
        }
        Self.expectNone(wrong.keys.map(Self.json).sorted(), "that end otherwise than in English")
    }

    private static func placeholders(_ format: String) -> [String] {
        format.matches(of: #/\{[0-9]+\}/#).map { String($0.0) }.sorted()
    }

    static func json(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    private static func expectNone(
        _ wrong: [String], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            wrong.isEmpty, "\(wrong.count) \(what):\n\(wrong.joined(separator: "\n"))",
            sourceLocation: sourceLocation)
    }
}
