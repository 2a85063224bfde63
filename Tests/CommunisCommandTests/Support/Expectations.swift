import Foundation
import Testing

/// Expects a refusal as the contract words it: the exit code, nothing on standard output, and one
/// line on standard error that says what is wrong and, behind a semicolon, what to do about it.
func expectRefusal(
    _ outcome: Outcome, _ code: Int32, _ parts: String..., lines: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    expectLine(outcome, lines: lines, sourceLocation: sourceLocation)
    for part in parts {
        #expect(outcome.errors.contains(part), sourceLocation: sourceLocation)
    }
}

/// Expects so many lines on standard error, made for people.
func expectLine(
    _ outcome: Outcome, lines: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
    let found = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(found.count == lines + 1, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(found.last == "", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("communis: "), sourceLocation: sourceLocation)
    #expect(
        found.first?.contains("; ") == true, "what to do? \(outcome.errors)",
        sourceLocation: sourceLocation)
    #expect(outcome.errors.utf8.count < 1_000, sourceLocation: sourceLocation)
    let controls = outcome.errors.unicodeScalars.filter {
        $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(controls.isEmpty, sourceLocation: sourceLocation)
}

extension TestFolder {
    /// The report of `verify`, which must find the board sound.
    @discardableResult
    func verified(
        _ board: String = "communis.sqlite", sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let outcome = try run("verify", "--json", "--board", board)
        let report = try outcome.json()
        #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(report["ok"].bool == true, "\(outcome.output)", sourceLocation: sourceLocation)
        return report
    }

    /// A new board with somebody to act on it.
    func makeBoard(_ board: String = "communis.sqlite", as who: String = "alice@example.org") throws
    {
        try succeed("init", "--name", "Bike lanes", "--board", board)
        try succeed("me", who, "--name", "Alice", "--board", board)
    }

    /// Submits an idea and tells its ref.
    func submit(_ title: String, _ board: String = "communis.sqlite") throws -> String {
        let ref = try succeed("submit", title, "--board", board).output
        return ref.trimmingCharacters(in: .newlines)
    }

    /// Runs something that must leave the board as it was: the same changes, sound.
    func unchanged(
        _ board: String = "communis.sqlite", sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) throws {
        let before = try verified(board, sourceLocation: sourceLocation)
        try body()
        let after = try verified(board, sourceLocation: sourceLocation)
        for key in ["changesets", "changes", "fingerprint", "view"] {
            #expect(
                "\(before[key].value)" == "\(after[key].value)", "\(key)",
                sourceLocation: sourceLocation)
        }
    }
}
