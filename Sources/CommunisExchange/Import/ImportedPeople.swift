import CommunisCore
import CommunisStore
import Foundation

extension ImportedContents {
    /// The member that a row of another tool names: by an e-mail address where there is one, else
    /// by name; `nil` if it names nobody.
    ///
    /// - Parameter origin: where the name is from, such as `fider:posts`.
    mutating func member(name: String, address: String, of origin: String) -> Int? {
        let shown = PersonText.name(name)
        // Some tools put the address where the name should be; what stands in the column of
        // addresses is never shown, whatever it is.
        let written = PersonText.address(address) ?? PersonText.address(name)
        if let who = (written ?? (address.isBlank ? nil : address)).flatMap(Board.normalised) {
            return member(.address(who), name: shown.flatMap(CleanText.name))
        }
        guard let shown, let cut = CleanText.name(shown) else { return nil }
        return member(.source("\(origin):\(shown)"), name: cut)
    }
}

/// What tools write of a person: a name, an address, or `Alice <alice@example.org>`.
enum PersonText {
    /// The name without anything that may be an address, on one line; `nil` if nothing is left.
    static func name(_ text: String) -> String? {
        let words = CleanText.line(text).split(separator: " ").filter { !$0.contains("@") }
        let name = words.joined(separator: " ").trimmingCharacters(in: marks)
        return name.isEmpty ? nil : name
    }

    /// The first word of the text that is an address, without the marks around it.
    static func address(_ text: String) -> String? {
        text.split { $0.isWhitespace || $0 == "," || $0 == ";" || $0 == "<" || $0 == ">" }
            .map { String($0).trimmingCharacters(in: marks) }
            .first { word in
                guard let at = word.lastIndex(of: "@") else { return false }
                return at > word.startIndex && word.index(after: at) < word.endIndex
            }
    }

    private static let marks = CharacterSet(charactersIn: " <>()[]\"',;:")
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
