extension String {
    /// The text as one word of a shell (POSIX, "Quoting"): between apostrophes, unless it is made of
    /// characters that no shell knows anything about.
    ///
    /// By scalars: an apostrophe with a combining mark behind it is one character to Swift, but to a
    /// shell it is an apostrophe. A text with a NUL is no word at all, and is none that a program
    /// can be given.
    package var shellWord: String {
        let isPlain =
            !isEmpty && first != "="
            && unicodeScalars.allSatisfy {
                switch $0 {
                case "a"..."z", "A"..."Z", "0"..."9": true
                case "@", "%", "+", "=", ":", ",", ".", "/", "_", "-": true
                default: false
                }
            }
        if isPlain { return self }
        var word = String.UnicodeScalarView("'".unicodeScalars)
        for scalar in unicodeScalars {
            switch scalar {
            case "'": word.append(contentsOf: #"'\''"#.unicodeScalars)
            // Between apostrophes it is itself in POSIX, but not in fish.
            case "\\": word.append(contentsOf: #"'\\'"#.unicodeScalars)
            default: word.append(scalar)
            }
        }
        word.append("'")
        return String(word)
    }

    /// A name as a word of a command that is shown, or what stands for it where the name cannot be
    /// shown as it is: a terminal would change it, or it looks like another name.
    package func shown(orElse other: String) -> String {
        unicodeScalars.contains(where: \.isInvisible) ? other : self
    }
}
