import CommunisCore
import CommunisStore
import CommunisTestSupport
import Testing

/// What somebody would type to find an idea of the Dutch board, every third query mistyped.
@Suite struct DutchSearchTests {
    struct Query {
        var words: String
        var title: String
    }

    static let queries = [
        Query(words: "verlichting fietspad", title: "Betere fietspadverlichting langs de singel"),
        Query(words: "fietsenstalling", title: "Meer fietsenstallingen bij het station"),
        Query(words: "bushalte", title: "Een bankje bij de bushalte"),
        Query(words: "vrijwilligers coordinator", title: "Coördinator voor vrijwilligers"),
        Query(words: "hond los", title: "Hondenuitlaatveld met hek"),
        Query(words: "laadpaal", title: "Laadpalen voor elektrische auto's"),
        Query(words: "autos te hard", title: "Zebrapad voor de basisschool"),
        Query(words: "wc", title: "Openbare toiletten in het park"),
        Query(words: "moestuin", title: "Buurtmoestuin achter de flat"),
        Query(words: "een loket", title: "Eén loket voor vergunningen"),
        Query(words: "verlihcting singel", title: "Betere fietspadverlichting langs de singel"),
        Query(words: "biblioteek zondag", title: "Bibliotheek ook op zondag open"),
        Query(words: "zonepanelen", title: "Zonnepanelen op het dak van de sporthal"),
        Query(words: "rolstoelvriendlijk", title: "Rolstoelvriendelijke stoepranden"),
        Query(words: "geluidscherm rondwge", title: "Geluidsscherm langs de rondweg"),
        Query(words: "taalcafe", title: "Taalcafé voor nieuwkomers"),
    ]

    @Test("The idea that is meant is among the first three")
    func amongTheFirst() throws {
        let (boards, ideas) = try DutchBoard.make()
        for query in Self.queries {
            let idea = try #require(ideas[query.title])
            let found = try boards.founder.search(query.words).prefix(3)
            #expect(
                found.contains { $0.id == idea }, "\(query.words): \(found.map(\.title))")
        }
    }

    @Test("A part of a compound finds the whole")
    func compounds() throws {
        let (boards, _) = try DutchBoard.make()
        let titles = Set(try boards.founder.search("verlichting").map(\.title))
        #expect(titles.contains("Betere fietspadverlichting langs de singel"))
        #expect(titles.contains("Zet de straatverlichting later aan"))
        #expect(titles.count == 2)
    }

    @Test("Ideas that say much the same are similar, others are not")
    func similar() throws {
        let (boards, ideas) = try DutchBoard.make()
        let texts = [
            ("Een bankje bij elke bushalte", "Een bankje bij de bushalte"),
            (
                "Verlichting van het fietspad langs de singel",
                "Betere fietspadverlichting langs de singel"
            ),
            ("De bibliotheek moet op zondag open zijn", "Bibliotheek ook op zondag open"),
            ("Zonnepaneel op de sporthal", "Zonnepanelen op het dak van de sporthal"),
        ]
        for (text, title) in texts {
            let found = try boards.founder.similar(to: text, limit: 3)
            #expect(found.first?.id == ideas[title], "\(text): \(found.map(\.title))")
        }
        for text in [
            "Een duiventil op het raadhuis", "Gratis thee op kantoor",
            "De school en de auto van de buurman", "de het een van", "?!",
        ] {
            let found = try boards.founder.similar(to: text, limit: 3)
            #expect(found.isEmpty, "\(text): \(found.map(\.title))")
        }
    }
}
