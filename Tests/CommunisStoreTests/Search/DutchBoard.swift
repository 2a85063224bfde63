import CommunisCore
import CommunisStore
import CommunisTestSupport

/// A board of a Dutch municipality, made up: compounds, diacritics, plurals, everyday words.
enum DutchBoard {
    static func make() throws -> (boards: TestBoards, ideas: [String: IdeaID]) {
        let boards = try TestBoards()
        var generator = SeededGenerator(seed: 60)
        let member: MemberID = generator.identifier()
        var ideas: [String: IdeaID] = [:]
        for (title, need) in texts {
            let board = boards.founder
            let (idea, creation) = Draft.idea(
                on: board.id, by: member, key: generator.creationKey())
            ideas[title] = idea
            let fields =
                need.isEmpty ? [(TextField.title, title)] : [(.title, title), (.need, need)]
            try board.write(
                [creation]
                    + fields.map { field, text in
                        Draft.revision(
                            of: idea, field, to: text, on: board.id, by: member,
                            key: generator.creationKey()
                        ).draft
                    })
            boards.clock.advance(by: .seconds(60))
        }
        return (boards, ideas)
    }

    static let texts: [(title: String, need: String)] = [
        ("Betere fietspadverlichting langs de singel", "Ik durf er 's avonds niet te fietsen"),
        ("Meer fietsenstallingen bij het station", "Nu staan de fietsen kriskras op de stoep"),
        ("Een bankje bij de bushalte", "Mijn moeder kan niet lang staan"),
        ("Zet de straatverlichting later aan", "Het is zonde van de stroom"),
        ("Geveltuintjes in de hele binnenstad", "Minder steen, minder hitte"),
        ("Een café voor en door bewoners in het buurthuis", "Er is geen plek om elkaar te zien"),
        ("Coördinator voor vrijwilligers", "Wie wil helpen, weet niet bij wie"),
        ("Speeltuin met schaduw", "Op warme dagen is de glijbaan te heet"),
        ("Afvalcontainers vaker legen", "Zakken staan dagenlang naast de container"),
        ("Een watertappunt op het marktplein", "Gratis drinken zonder plastic flesjes"),
        ("Zebrapad voor de basisschool", "Auto's rijden er te hard"),
        ("Dertig kilometer in de hele wijk", "Kinderen moeten veilig kunnen oversteken"),
        ("Hondenuitlaatveld met hek", "Honden lopen nu los tussen de kinderen"),
        ("Zonnepanelen op het dak van de sporthal", "De energierekening van de club stijgt"),
        ("Laadpalen voor elektrische auto's", "Ik kan thuis niet opladen"),
        ("Een weekmarkt met streekproducten", "Verse groente van boeren uit de buurt"),
        ("Bibliotheek ook op zondag open", "Door de week moet ik werken"),
        ("Zwembad langer open in de zomer", "Na zessen is het te laat voor wie werkt"),
        ("Taalcafé voor nieuwkomers", "Nederlands leren doe je door te praten"),
        ("Bijenlinten langs de bermen", "Insecten vinden in de stad geen voedsel"),
        ("Maai de bermen minder vaak", "Bloemen krijgen geen kans"),
        ("Een repaircafé voor kapotte apparaten", "Weggooien is zonde"),
        ("Openbare toiletten in het park", "Met kleine kinderen is een wc nodig"),
        ("Rolstoelvriendelijke stoepranden", "Met een rolstoel kom je de stoep niet op"),
        ("Nachtbus in het weekend", "Na een concert kom je niet meer thuis"),
        ("Deelauto's per straat", "Een auto voor zichzelf is te duur"),
        (
            "Voorrang voor voetgangers bij de stoplichten",
            "Het groen duurt te kort om over te steken"
        ),
        ("Een boomgaard die van iedereen is", "Samen fruit plukken"),
        ("Regentonnen met korting", "Regenwater verdwijnt nu in het riool"),
        ("Groene daken op bushokjes", "Koelte en bijen"),
        ("Minder reclameborden langs de weg", "Ze leiden af"),
        ("Een skatebaan voor jongeren", "Er is voor tieners niets te doen"),
        ("Buurtmoestuin achter de flat", "Zelf groenten kweken zonder eigen tuin"),
        ("Schuldhulp dichtbij huis", "Wie geldzorgen heeft, gaat niet naar het gemeentehuis"),
        ("Wijkverpleegkundige met spreekuur", "Niet voor alles hoef je naar de huisarts"),
        ("Geluidsscherm langs de rondweg", "Het lawaai van vrachtwagens maakt wakker"),
        ("Vuurwerkvrije zones rond het asiel", "Dieren zijn doodsbang"),
        ("Een ijsbaan in december", "Schaatsen zonder ver te reizen"),
        ("Kunst in de fietstunnel", "De tunnel is grauw en voelt onveilig"),
        ("Parkeervergunning voor mantelzorgers", "Wie zorgt, betaalt zich nu blauw"),
        ("Sneller internet in het buitengebied", "Thuiswerken lukt er niet"),
        ("Een meldpunt voor losse stoeptegels", "Ik ben er twee keer over gestruikeld"),
        ("Wandelroute langs de oude stadsmuur", "Toeristen en bewoners kennen die niet"),
        ("Historische straatnaamborden met uitleg", "Wie was die dokter Poels eigenlijk?"),
        ("Leegstaande winkels voor startende ondernemers", "De winkelstraat loopt leeg"),
        ("Huisvesting voor studenten boven winkels", "Kamers zijn onbetaalbaar"),
        ("Eén loket voor vergunningen", "Je wordt van het kastje naar de muur gestuurd"),
        ("Begrijpelijke brieven van de gemeente", "Mijn buurman snapt ze niet"),
        ("Stemmen over een deel van de begroting", "Bewoners weten wat de wijk nodig heeft"),
        ("Muziekles op elke school", "Niet elk kind kan een instrument betalen"),
        ("Huiswerkbegeleiding in het buurthuis", "Thuis is het te druk om te leren"),
        ("Gratis openbaar vervoer voor ouderen", "Ze komen de deur niet meer uit"),
        ("Ophoging van de dijk bij de polder", "Het water staat elk jaar hoger"),
        ("Wadi's tegen wateroverlast", "Na een hoosbui staan de kelders blank"),
        ("Een kringloopwinkel met werkplaats", "Spullen en mensen een tweede kans"),
        ("Statiegeld op koffiebekers", "Ze liggen overal in het park"),
        ("Uitkijktoren in het natuurgebied", "Vogels kijken zonder ze te storen"),
        ("Egeltunnels tussen tuinen", "Schuttingen houden ze tegen"),
        ("Vleermuiskasten aan de kerktoren", "Ze eten muggen"),
        ("Café-avond over energiebesparing", "Niemand weet waar te beginnen met isoleren"),
    ]
}
