import Foundation

/// The words of the command line, before anything is made of them.
enum Arguments {
    /// Refuses arguments that are not UTF-8, which Swift would repair in silence.
    static func checkEncoding() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            guard String(validatingCString: argument) != nil else {
                throw Failure(
                    Failure.data, "argument \(index) is not valid UTF-8", "write it in UTF-8")
            }
        }
    }
}
