import ArgumentParser
import CommunisCore
import CommunisStore
import Foundation

/// Which board a command works on.
struct BoardOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            say("The board's file (default: $COMMUNIS_BOARD, else ./communis.sqlite)."),
            valueName: "path"), completion: .file())
    var board: String?

    @OptionGroup var language: LanguageOption

    var path: String {
        if let board { return board }
        let variable = ProcessInfo.processInfo.environment["COMMUNIS_BOARD"] ?? ""
        return variable.isEmpty ? "communis.sqlite" : variable
    }

    /// For a command that writes.
    func open() throws -> Board { try open(for: .writing) }

    /// For a command that only looks: it signs nothing.
    func openToRead() throws -> Board {
        let board = try open(for: .reading)
        // What this account can mend is told; that somebody else's board is only read is what it is.
        if let objection = board.objection, objection != .othersBoard(board.path) {
            Terminal.warning("\(objection.problem); \(objection.advice)")
        }
        return board
    }

    private func open(for use: BoardUse) throws -> Board {
        let board = try Board.open(path, for: use)
        board.warnOfNarrowing()
        return board
    }
}

extension Board {
    /// Older versions left what a umask leaves open to every account of the machine.
    func warnOfNarrowing() {
        guard !narrowed.isEmpty else { return }
        Terminal.warning("other accounts could read \(path.printable); only this one can now")
    }
}

struct JSONOption: ParsableArguments {
    @Flag(name: .long, help: .say("Print one JSON document."))
    var json = false
}

/// Who acts.
struct ActingOption: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            say(
                "Who acts: an e-mail address or a handle (default: $COMMUNIS_AS, else `communis me`)."
            ),
            valueName: "who"))
    var who: String?

    /// The address or handle of who acts, normalised.
    func who(on board: Board) throws -> String {
        if let who = try who.map(Who.normalised) ?? Self.inherited(on: board) { return who }
        throw Failure(
            Failure.usage, "nobody is named who acts",
            "say who you are once with `communis me you@example.org`, or give --as")
    }

    /// Who acts where the command does not say: $COMMUNIS_AS, else what `communis me` stored.
    static func inherited(on board: Board) throws -> String? {
        let variable = ProcessInfo.processInfo.environment["COMMUNIS_AS"] ?? ""
        return try variable.isEmpty
            ? board.setting(Me.settingName) : Who.normalised(variable)
    }

    /// The member who acts; that the address is this member is remembered here, and only here.
    func member(on board: Board) throws -> MemberID {
        let who = try who(on: board)
        let member = try board.member(who: who)
        try board.remember(who, as: member)
        return member
    }

    /// The member who acts, where somebody is named: settings are changed by a copy on its own
    /// otherwise.
    func memberIfNamed(on board: Board) throws -> MemberID? {
        let isNamed = try who != nil || Self.inherited(on: board) != nil
        return isNamed ? try member(on: board) : nil
    }
}

/// What a member is called by.
enum Who {
    /// Trimmed, NFC-normalised and lowercased without a locale, so that one person is one member
    /// however they type it.
    static func normalised(_ text: String) throws -> String {
        guard let who = Board.normalised(who: text) else {
            throw Failure(
                Failure.data, "\(text.quoted) is no address or handle",
                "give up to \(Board.whoScalars) visible characters")
        }
        return who
    }
}

/// Which certificates of hubs are believed.
struct CertificateOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("Certificates, in PEM, of who signs hubs' certificates, instead of the system's."),
            valueName: "file"), completion: .file())
    var authority: String?
}
