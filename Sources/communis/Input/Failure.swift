import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisStore

/// Why a command ended, as an exit code of sysexits(3) and one line: what is wrong, then what to
/// do about it.
struct Failure: Error {
    static let usage: Int32 = 64
    static let data: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let software: Int32 = 70
    static let cannotCreate: Int32 = 73
    static let inputOutput: Int32 = 74
    static let temporary: Int32 = 75
    static let noPermission: Int32 = 77

    var exitCode: Int32
    /// Empty where everything has been said already.
    var message: String
    var isError = true

    init(_ exitCode: Int32, _ problem: Phrase, _ advice: Phrase) {
        self.exitCode = exitCode
        // Parts of it may be a file's or a stranger's words; only advice lists things in lines.
        message = "\(say(problem).printable); \(say(advice).printableLines)"
    }

    /// Ends with a code after the command has said what there is to say.
    init(said exitCode: Int32) {
        self.exitCode = exitCode
        message = ""
    }

    /// Any error, in these terms.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure:
            self = failure
        case let error as BoardError:
            self.init(error.code.rawValue, error.problem, error.advice)
        case let error as ExchangeError:
            self.init(Self.code(error.code), error.problem, error.advice)
        default:
            self.init(parsing: error)
        }
    }

    /// What the argument parser throws: help and version, which are no errors, and wrong usage.
    private init(parsing error: any Error) {
        let code = Communis.exitCode(for: error)
        if code.isSuccess {
            exitCode = 0
            message = HelpWords.translated(Communis.fullMessage(for: error)) + "\n"
            isError = false
        } else if code == .validationFailure {
            exitCode = Self.usage
            let line = Self.onOneLine(Communis.message(for: error))
            message = say("\(line.trimmingSuffix(".")); see `communis help` for how to use it")
        } else if error is ExitCode {
            exitCode = code.rawValue
            message = ""
        } else {
            exitCode = Self.software
            message = say("unexpected: \(error); please report this")
        }
    }

    /// The parser's message on one line; what it lists with dashes, with commas.
    private static func onOneLine(_ message: String) -> String {
        message.split(separator: "\n").reduce(into: "") { text, line in
            let words = line.drop { $0 == " " }
            if words.hasPrefix("- ") {
                text += (text.hasSuffix(":") ? " " : ", ") + words.dropFirst(2)
            } else {
                text += (text.isEmpty ? "" : " ") + words
            }
        }
    }

    private static func code(_ code: ExchangeError.Code) -> Int32 {
        switch code {
        case .notFound: noInput
        case .notUnderstood: data
        case .inputOutput: inputOutput
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
