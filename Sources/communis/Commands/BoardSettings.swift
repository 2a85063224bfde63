import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

struct BoardSettings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "board",
        abstract: say("Show or change the board's settings."),
        discussion: sayFlowing(
            """
            A steward's copy can change `name` and `ballot`; the change is synced to all copies.

            EXAMPLES
              communis board
              communis board name "The new library"
              communis board ballot approve
            """))

    enum Setting: String, CaseIterable, ExpressibleByArgument {
        case name, ballot, id, node, role, members, ideas, votes
    }

    @Argument(help: .say("\(Setting.allCases.map(\.rawValue).joined(separator: ", "))."))
    var setting: Setting?

    @Argument(help: .say("The new value: a name, or the ballot approve or agree."))
    var value: String?

    @OptionGroup var acting: ActingOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func validate() throws {
        guard value != nil, let setting else { return }
        if setting == .ballot, BallotKind(rawValue: value ?? "") == nil {
            throw ValidationError(say("the ballot is approve or agree"))
        }
        if setting != .name && setting != .ballot {
            throw ValidationError(say("of the settings, name and ballot can be changed"))
        }
    }

    func run() throws {
        if let setting, let value { return try change(setting, to: value, on: board.open()) }
        try show(board.openToRead())
    }

    // MARK: - Showing

    private func show(_ board: Board) throws {
        let values = try values(of: board).filter { setting == nil || $0.setting == setting }
        if output.json {
            let record = Dictionary(uniqueKeysWithValues: values.map { ($0.setting.rawValue, $0) })
            return Terminal.write(try JSONOutput.encode(record.mapValues(\.value)))
        }
        if setting != nil { return Terminal.write("\(values[0].value)\n") }
        let width = values.map { DisplayWidth.of(say($0.title)) }.max() ?? 0
        for value in values {
            let title = DisplayWidth.pad(say(value.title), to: width)
            Terminal.write("\(Terminal.styled(title, .faint))  \(value.value)\n")
        }
    }

    private enum Value: Encodable, CustomStringConvertible {
        case text(String)
        case number(Int)
        case role(Role)

        var description: String {
            switch self {
            case .text(let text): text.printable
            case .number(let number): String(number)
            case .role(let role): say(role.words)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .role(let role): try container.encode(role.name)
            }
        }
    }

    private func values(of board: Board) throws -> [(
        setting: Setting, title: Phrase, value: Value
    )] {
        let counts = try board.counts()
        return [
            (.name, "name", .text(try board.name() ?? "")),
            (.ballot, "ballot", .text(try board.ballot().rawValue)),
            (.id, "id", .text(board.id.description)),
            (.node, "this copy", .text(Base32.encode(board.node.bytes))),
            (.role, "its role", .role(try board.role())),
            (.members, "members", .number(counts.members)),
            (.ideas, "ideas", .number(counts.ideas)),
            (.votes, "votes", .number(counts.votes)),
        ]
    }

    // MARK: - Changing

    private struct Result: Encodable {
        var setting, value: String
        var changed: Bool
    }

    private func change(_ setting: Setting, to text: String, on board: Board) throws {
        let value =
            setting == .name
            ? try TextInput.line(text, "name", scalars: Limits.nameScalars) : text
        let content = ChangeContent.board(setting: setting.rawValue, value: value)
        try board.checkRight(to: content)
        let before = try setting == .name ? board.name() ?? "" : board.ballot().rawValue
        let isNew = value != before
        if isNew {
            let member = try acting.memberIfNamed(on: board)
            Terminal.warn(of: try board.write([Draft(by: member, content)]))
        }
        if output.json {
            let result = Result(setting: setting.rawValue, value: value, changed: isNew)
            return Terminal.write(try JSONOutput.encode(result))
        }
        switch setting {
        case _ where !isNew: return Terminal.line("It is \(value.quoted) already")
        case .ballot where value == BallotKind.approve.rawValue:
            Terminal.line(
                """
                From now on one agrees or says nothing. Disagreements from before count as pass; \
                nothing is thrown away.
                """)
        case .ballot:
            Terminal.line(
                """
                From now on one agrees, disagrees or passes. Disagreements from before count \
                again.
                """)
        default: Terminal.line("The board is now called \(value.quoted)")
        }
        // A board that was made without a name cannot be without one again.
        if !before.isEmpty {
            let value = before.shown(orElse: board.id.description)
            Terminal.line("Undo: \(ShownCommand("board", [setting.rawValue, value]))")
        }
    }
}
