/// Words that hold sentences together and tell nothing of what they are about, in Dutch and in
/// English, folded as the index has them.
///
/// On a large board they are known by the many ideas they stand in. A board of ten ideas knows
/// nothing of the kind, and there "a tree at the school" would be like "a bench at the bus stop".
enum FunctionWords {
    static func contains(_ term: String) -> Bool { words.contains(term) }

    private static let words = Set(
        """
        de het een en of in op te aan bij met van voor naar uit om over door tot als dan dat die dit \
        deze er ik je jij u hij zij ze wij we ons onze mijn jouw uw hun haar zijn is ben bent was \
        waren wordt worden werd heb hebt heeft hebben had kan kunnen mag moet moeten wil willen zou \
        zouden zal zullen niet geen wel ook nog al maar want omdat zodat zo dus meer minder veel \
        hier daar waar wat wie hoe waarom iets niets iemand iedereen elke elk alle alles men zonder \
        tussen tegen onder
        the a an and or of in on at to for from with by as is are was were be been being am do does \
        did have has had can could may might must shall should will would not no so too very it its \
        this that these those there here i me my you your he she him her his they them their we us \
        our who what which when where why how if then than but because about into over under more \
        most less some any all each every both also just only out up
        """.split(whereSeparator: \.isWhitespace).map { String($0) })
}
