/// Singular and plural, by the rules of Dutch and English spelling: enough to find "laadpalen" for
/// "laadpaal", "huis" for "huizen" and "cities" for "city", where the letters alone would not.
///
/// It may name beginnings that no word has; they find nothing.
enum WordForms {
    /// How other forms of a word may begin; not the word itself, at which longer ones begin too.
    static func beginnings(_ word: String) -> Set<String> {
        guard word.utf8.count >= 4, word.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else {
            return []
        }
        var found: Set<String> = []
        for stem in stems(word) {
            for ending in endings(stem) {
                found.insert(ending)
                found.formUnion(vowels(ending))
            }
        }
        return found.filter { $0.utf8.count >= 3 && $0 != word }
    }

    /// The word, and what is left without an ending of a plural or an adjective.
    private static func stems(_ word: String) -> [String] {
        var stems = [word]
        if word.hasSuffix("ies") { stems.append(word.dropLast(3) + "y") }
        if word.hasSuffix("y") { stems.append(word.dropLast() + "ie") }
        for ending in ["en", "es", "s", "e"] where word.hasSuffix(ending) {
            stems.append(String(word.dropLast(ending.utf8.count)))
        }
        return stems
    }

    /// A stem with each last consonant that it may have: one of two ("bussen", "bus"), or a hard
    /// one for a soft one ("brieven", "brief"; "huizen", "huis") and the other way round.
    private static func endings(_ stem: String) -> [String] {
        guard let last = stem.last else { return [] }
        let rest = stem.dropLast()
        if rest.last == last, !isVowel(last) { return [String(rest)] }
        let counterparts: [Character: String] = ["v": "f", "f": "v", "z": "s", "s": "z"]
        return [stem] + (counterparts[last].map { [rest + $0] } ?? [])
    }

    /// A stem with its long vowel spelled otherwise: "paal" as in "palen", and "pal" as in "paal".
    private static func vowels(_ stem: String) -> [String] {
        let letters = Array(stem)
        guard letters.count >= 3, let last = letters.last, !isVowel(last) else { return [] }
        let vowel = letters[letters.count - 2]
        guard "aeou".contains(vowel) else { return [] }
        let rest = letters.dropLast(2)
        if rest.last == vowel { return [String(rest) + String(last)] }
        guard let before = rest.last, !isVowel(before) else { return [] }
        return [String(rest) + String([vowel, vowel, last])]
    }

    private static func isVowel(_ letter: Character) -> Bool { "aeiouy".contains(letter) }
}
