/**
 * Those of the 10,000 most common passwords that have 8 characters or more, in lower case, in order. From SecLists
 * (github.com/danielmiessler/SecLists, Passwords/Common-Credentials/10k-most-common.txt at 4f84b3c), under the MIT
 * License in common-passwords.license.txt. A function, so that the start of the Worker does not read it.
 */
const list = (): string => `
0.0.0.000 01234567 063dyjuy 085tzzqi 09876543 10101010 11001001 11111111 11112222 11223344 11235813 12121212 12312312 123123123 12341234
12344321 12345678 123456789 1234567890 12345679 1234abcd 1234qwer 12locked 12qwaszx 13131313 13576479 14141414 14725836 14789632
151nxjmt 154ugeiu 17011701 17171717 18436572 19691969 19741974 19781978 19841984 1a2b3c4d 1letmein 1michael 1million 1passwor 1q2w3e4r
1q2w3e4r5t 1qaz2wsx 1qazxsw2 1x2zkg8w 20002000 20012001 201jedlz 20202020 20spanks 21122112 21212121 22222222 23232323 23skidoo 24242424
24682468 25252525 25802580 31415926 33333333 368ejhih 380zliki 383pdjvl 44444444 474jdvff 50spanks 51505150 551scasi 554uzpad 55555555
55bgates 5wr2i7h8 66666666 69696969 69camaro 766rglqy 77777777 78945612 863abgsg 87654321 88888888 8j4ye3uz 911turbo 98765432 987654321
99999999 a1234567 a1b2c3d4 aaaaaaa1 aaaaaaaa aardvark abc12345 abcd1234 abcdefg1 abcdefgh aberdeen absolute absolutely acapulco access14
access99 achilles acidburn adelaide adrienne aerosmit airborne aircraft airforce airplane albatros alejandr alessand alexalex alexande
alexander alexandr alexandra alfarome alleycat alliance allison1 allnight allstate almighty alpha123 alphabet amateurs amatuers ambrosia
american amethyst amsterda amsterdam anaconda anastasi andersen anderson andromed andyandy andyod22 angelica angelika angelina animated
annabell antelope anthony1 anthony7 anything aolsucks apollo13 apple123 applepie aquarius archange architec argentin arizona1 armstron
arsenal1 asdf1234 asdfasdf asdfghjk asdfghjkl ashleigh assassin asshole1 assholes atlantic atlantis attitude attorney augustus austin31
australi australia avalanch aviation azertyui b929ezzh baberuth babybaby babyblue babycake babydoll babyface babygirl babylon5 babylove
backbone backdoor badabing balloons baltimor bangbang barbados barcelon barcelona barefeet barefoot baritone basebal1 baseball baseball1
basement basketba basketball bastards bbbbbbbb bcfields bearbear bearcats beatles1 beatrice beautifu beautiful beefcake beerbeer
beethove bellagio bendover benjamin bergkamp berkeley bettyboo bigballs bigblack bigblock bigboobs bigbooty bigbucks bigdaddy bigdick1
bigdicks bigmoney bigpenis bigpoppa bigtruck billabon billbill billybob billyboy binladen birthday birthday1 birthday4 bitchass blackbir
blackcat blackcoc blackdog blackhaw blackice blackjac blackjack blacklab blackman blackout blessing blink182 blizzard blowfish blue1234
blueball bluebell blueberr bluebird blueblue blueeyes bluefish bluejays bluemoon bluesman bobafett bobdylan bollocks bonehead bookworm
borabora bordeaux borussia brandon1 brewster brighton brigitte brisbane brittany broadway broncos1 brooklyn brothers browning brucelee
bubba123 bubbles1 buckaroo buckeyes buckshot budapest buddy123 buddyboy budlight budweise buffalo1 building bukowski bulldawg bulldog1
bulldogs bulletin bullfrog bullseye bullshit bullwink bunghole business businessbabe buttercu butterfl butterfly buttfuck butthead
cabernet cadillac calendar caliente californ california caligula calimero callaway callisto camaross cambridg cameltoe canadian candyass
candyman cannabis capetown capitals capricor captain1 cardinal cardinals care1839 carebear carlitos carnival carolina caroline carpedie
carpente cartman1 cartoons casanova cashflow cashmone cassandr castillo catalina catfight catherin catherine catwoman cavalier cccccccc
celebrity cerberus cezer121 chadwick chainsaw challeng chambers champion chandler changeme chargers charisma charlene charles1 charlie1
charlie123 charlie2 charlott charlotte charlton checkers checkmat cheerleaers chelsea1 chemical cherokee cherries cheshire chester1
chestnut chevelle chevrole chevrolet chewbacc cheyenne chicago1 chicken1 chickens children chipmunk chiquita chocolat chocolate choochoo
chris123 chrisbln christia christian christie christin christina christine christma christmas christop christopher chrysler chuckles
churchil cinnamon citation civilwar clarence clarinet clarissa classics claudia1 claymore clemente cleopatr clevelan cleveland clifford
climbing clippers clitoris close-up clueless cocacola cocksuck cocksucker cocktail coldbeer coldplay colombia colonial colorado coltrane
columbia columbus comanche commande commando complete computer concorde concrete confused conquest constant consumer contains
contortionist contract coolcool cooldude coolhand coolness copenhag corleone cornhole cornwall corvet07 corvette costello cosworth
courtney coventry cowboys1 crawford crazybab crazyman creampie creation creative creature creepers crescent criminal cristian cromwell
crusader crystal1 csfbr5yy culinary customer cutiepie cybersex cyclones cygnusx1 dad2ownu daedalus daisydog danielle dannyboy dapzu455
daredevi darkange darklord darkness darkside darkstar darthvad daughter davecole davedave davidson daylight dddddddd deadhead deadpool
deadspin death666 december deepthroat deerhunt deeznuts deeznutz defender deftones delaware delldell delpiero designer destiny1 detectiv
devil666 devildog devilman diamond1 diamonds dickdick dickhead dietcoke digital1 dilbert1 dilligaf dingdong dinosaur dipstick director
dirtbike dirtydog disaster discover division doberman dodgeram dodgers1 doghouse dogpound dolemite dolphin1 dolphins dominick dominion
dominiqu dontknow doomsday doughboy doughnut downhill downtown dragon12 dragon69 dragonba dragonball dragonfl dragster dreamcas dreamer1
dreaming dripping drowssap drpepper drummer1 dudedude dukeduke dutchess dynamite earnhard earthlin earthlink eastside eastwood eatmenow
eatpussy eclipse1 edgewise edmonton eeeeeeee eggplant eighteen einstein ejaculation elcamino eldiablo eldorado electric electron
elephant elisabet elizabet elizabeth emmanuel enforcer engineer england1 enternow enterpri enterprise entrance envelope erection
ericsson escalade espresso estrella eternity evangeli everlast evolutio excalibu excalibur exchange experience experienced explorer
express1 f00tball fairlane faithful fandango fantasia fantasies farscape fastball fatluvr69 favorite favorite2 favorite6 fearless
feathers february federico feelgood fellatio ferguson fernando ferrari1 festival ffffffff ffvdj474 fidelity fighting films+pic+galeries
fingerig fireball fireblad firefigh firefire firehawk firewall fishbone fishcake fisherma fishfish fishhead fishing1 fishtank flamingo
flashman flathead fletcher flexible flipflop flipmode florence florida1 flounder flyers88 football football1 fordf150 foreplay foreskin
forgetit formula1 forsaken fortress fortune12 fountain foxylady francesc francine francois frankie1 franklin freckles frederic fredfred
fredrick freedom1 freefall freepass freeporn freeuser freewill frenchie friendly frogfrog front242 frontier fuck_inside fuckface
fuckfuck fuckhead fuckinside fuckoff1 fuckthis fuckyou1 fuckyou2 fullback fullmoon funstuff funtimes fuzzball gabriel1 gabriela gabriell
gallaries gamecock gamecube gameover gandalf1 gangbang gangbanged gangster garfield gargoyle garrison gateway1 gateway2 gatorade
general1 generals genesis1 geneviev geoffrey gerhardt geronimo gertrude gesperrt getmoney getsdown gfxqx686 gggggggg gilligan ginscoot
giovanna giovanni girfriend giuseppe giveitup gizmodo1 gladiato gladiator glendale glennwei gnasher23 godfathe godfather godsmack
godspeed godzilla gogators goldberg goldeney goldfing goldfish goldstar goldwing golfball golfgolf gonzales gonzalez goodfell goodgirl
goodluck goodtime goodyear goofball gooseman gordon24 gorgeous gotohell gotyoass graduate graphics grateful graywolf greatest greatone
green123 greenbay greenday greenman gregory1 greywolf griffith gsxr1000 guardian guinness gymnastic hahahaha hairball halflife hallowee
hamilton handball handsome handyman hannibal happines happy123 happyday happydog happyman hardball hardcock hardcore harddick hardrock
hardware hardwood harrison hartford hastings hattrick hawaii50 hawaiian hawkeyes hawkwind hawthorn heather1 hedgehog heineken heinrich
hellfire hello123 hellohel hellyeah hercules heritage hetfield hhhhhhhh highbury highheel highland highlander highlife hihje863 hillbill
hillside holidays hollywoo hollywood holyshit homemade homepage homepage- honeybee honeydew hongkong honolulu hooligan hoosiers hooters1
hopeless hornyman horseman horsemen hotgirls hotmail0 hotmail1 hotpussy hotstuff hounddog housewife housewifes houston1 hugetits
hugohugo humphrey hurrican hurricane huskers1 hyperion hzze929b ibilltes icecream icehouse idontkno idontknow ihateyou iiiiiiii illinois
ilovegod ilovesex iloveyou iloveyou! iloveyou1 iloveyou2 immortal imperial implants infantry infinite infiniti infinity innocent
insanity insertion insertions insomnia inspiron instinct interacial intercourse interest internet interracial intrepid intruder iqzzt580
irishman isabella isabelle isacs155 islander istanbul istheman italiano iverson3 jackass1 jackjack jackson1 jackson5 jakejake james007
jamesbon jamesbond japanees japanese jasmine1 jayhawks jeanette jediknig jeepjeep jeepster jefferso jeffjeff jellybea jennifer jennings
jeremiah jermaine jessica1 jiggaman jjjjjjjj jo9k2jw2 johannes johndeer johngalt johnjohn johnmish johnson1 johnston jojojojo jonathan
jonathon jordan23 josephin junkmail jupiter1 jupiter2 jurassic just4fun justdoit juventus kamikaze kangaroo katarina katherin katherine
kathleen kawasaki kayleigh kcchiefs kcj9wx5n kentucky kenworth keyboard keystone kikimora killbill killkill kimberly kingfish kingkong
kingrich kingston kirkland kisskiss kittycat kittykat kkkkkkkk klondike knickerless knickers knockers knuckles kordell1 kristian
kristin1 kristine labrador lacrosse laetitia lakeside lakewood lalakers lalalala lancelot landmark laserjet lasvegas laughing laurence
lavalamp lawrence lebowski leedsutd lemonade leonardo lesbians letmein1 letmein2 letmein22 letmeinn letmesee lexingky lifehack lifetime
lighthou lighting lightnin lightning lincoln1 lionhear lionking lipstick lisalisa littlema liverpoo liverpool lkjhgfds llllllll lockdown
lockerroom logitech lollipop lollypop lonesome lonestar lonewolf longdong longhair longhorn longjohn longshot lorraine losangel lovelife
lovelove loverboy loverman lowrider luckydog luckyone lunchbox luv2epus macaroni macdaddy macgyver macintos madeline madison1 magazine
magellan magician magicman magnolia mainland majestic mallorca mallrats mamacita manchest manchester mandarin mandingo mandrake manhatta
maradona marathon marauder marcius2 margaret marianne marijuan mariners marines1 marino13 mariposa marjorie marlboro marriage marshall
martinez maryjane maryland masamune maserati mash4077 master12 masterbaiting masterbate masterbating masturbation matchbox material
matthew1 matthews matthias maverick maxwell1 mazda626 mazdarx7 mccarthy mcdonald mckenzie meatball meathead meatloaf mechanic medicine
megadeth megapass megatron melanie1 melissa1 meowmeow mercedes merchant mercury1 meredith meridian metallic metallica michael1 michael2
michaela michaels michelle michigan microsof microsoft midnight mikemike milamber military millions millwall minemine minimoni ministry
minnesot mischief misfit99 mississi missouri mistress mitchell mmmmmmmm mobydick modelsne mohammad mohammed mollydog monalisa money123
moneyman mongoose monkey12 monkeybo monopoly monster1 monsters montana1 montecar monterey montreal moonbeam moonligh moonlight moonshin
morpheus morrison mortgage morticia mortimer motherfucker motocros motorola mounta1n mountain mudvayne muffdive mulligan munchkin
mushroom musician musicman mustang1 mustang2 mustang6 mustangs mwq6qlzo myspace1 myxworld nancy123 napoleon nascar24 natalie1 natasha1
natedogg nathalie nathanie national navyseal ncc1701a ncc1701d ncc1701e ncc74656 nebraska necklace negative nemrac58 netscape nevermin
newcastl newcastle newpass6 newyork1 nicetits nicholas nightmar nightowl nightwin nineball nineinch nineteen nintendo nirvana1 nnnnnnnn
nocturne nonenone normandy northern nostromo notebook notredam nounours november novifarm nwo4life nygiants nyyankee oblivion obsidian
offshore oklahoma oooooooo opendoor operator optimist original outoutout outsider overkill overlord ozlq6qwm pa55w0rd pa55word packers1
paintbal paintball painting pakistan paladin1 palmtree panasoni panasonic panther1 panthers papabear papillon paradigm paradise paramedi
pasadena pass1234 passmast passpass passport passthie passw0rd passwor1 password password1 password2 password9 passwords patches1
pathetic pathfind patience patricia patrick1 patriots paulpaul pavement pavilion peaches1 pearljam peekaboo penelope penetrating
penetration penguin1 penguins pennywis pentagon penthous perfect1 personal pertinant pescator peterbil peternorth peterpan peterson
phaedrus phantom1 pharmacy phialpha philippe phillies phillips phoenix1 pianoman pictuers piercing pimpdadd pimpdaddy pineappl pinetree
pingpong pinkfloy pinkfloyd pinnacle pipeline pitchers pizzaman plastics platinum platypus playball playboy1 playboy2 playmate playoffs
playstat playstation playtime pleasant pleasure plymouth polopolo poohbear pool6123 poontang poophead pooppoop porkchop porn4life
pornking pornographic pornporn porsche9 portland portugal poseidon positive postov1000 pounding pppppppp preacher precious predator
pregnant prelude1 presario presiden president pressure primetime21 princess princeto printing private1 producer progress property
prophecy prospect ptfe3xxp pumpkin1 pumpkins punisher punkrock puppydog pussy123 pussy4me pussycat pussyeat pussyman pxx3eftp q1w2e3r4
qazwsxed qazwsxedc qcmfd454 qqqqqqqq quant4307s question qwer1234 qwerasdf qwerqwer qwerty12 qwerty123 qwertyui qwertyuiop qwertzui
r2d2c3po radiohea ragnarok raiders1 railroad rainbow1 rainbow6 rainbows rainyday raistlin randolph rangers1 rapunzel rasputin rasta220
rebecca1 reckless recovery redalert redbaron reddevil reddwarf redheads redshift redskins redstorm redwings reginald register reindeer
remember remingto renegade republic research resident revoluti revolver reynolds rhiannon richard1 richards richmond riffraff rightnow
riverrat riversid roadkill roadking roadrunn roadster robinson robotech robotics rochelle rockford rockhard rocknrol rockrock rockstar
rockwell rolltide rootbeer rootedit rosemary rrrrrrrr rsalinas rt6ytere rush2112 rushmore russell1 rustydog sabrina1 sailboat salasana
salesman salvador samadams samantha samsung1 sandberg sandiego sandrine sandwich sanity72 santiago sapphire saratoga satan666 saturday
sausages savannah save13tx saxophon scandinavian scarface scarlett scheisse scirocco scissors scoobydo scoobydoo scooter1 scorpio1
scorpion scotland scrabble scrapper screamer screwyou seahawks sealteam sebastia sebastian security seductive seinfeld seminole semperfi
senators sentinel sentnece septembe september serenity sergeant services sexsexsex sexybabe sexygirl sexylady sexysexy shadow12 shamrock
shanghai shannon1 sheepdog shepherd sheridan sherlock sherwood shitface shithead shitshit shopping showtime sidekick sigmachi silverad
simpsons sinclair singapor sinister sithlord sixtynin skeeter1 skinhead skipper1 skittles skydiver skywalke skywalker slamdunk slapnuts
slapshot sleeping slimed123 slimshad slipknot slippery slowhand smackdow smartass smashing smeghead smirnoff smithers smoothie snapshot
sneakers snickers sniffing snoopdog snowball snowbird snowboar snowboard snowflak snuggles soccer10 soccer11 soccer12 socrates softball
software solitude solution somerset somethin something sometime sonyfuck sonysony sopranos soulmate southern southpar southpark southpaw
spaceman spanking sparhawk sparkles spartan1 spartans speakers special1 specialk spectrum speedway spencer1 spiderma spiderman spitfire
splinter spongebo sporting springer sprinter sprocket squerting squirrel srinivas ssptx452 ssssssss stallion standard stanford stanley1
starbuck starcraf starcraft stardust starfire starfish stargate starligh starlite starship starstar startrek starwars steelers stefanie
stephane stephani stephanie stephen1 stephens sterling stewart1 stickman stiletto stingray stirling stocking stockton stonecol stonecold
stonewal stoppedby straight stranger strawber streaming strength stripper suburban success1 suckcock suckdick sullivan summer69 summer99
sundance sundevil sunflowe sunlight sunnyday sunshine superfly superior superman supernov supersta superstar surprise surveyor survival
survivor svetlana sweetnes sweetness sweetpea swimming swingers swinging swordfis swordfish sylveste syracuse tacobell tailgate takehana
talisman tampabay tangerin tarheels tazmania technics techniques teddybea telephon temppass temptress tennesse terminal terminat
terrapin test1234 testerer testibil testing1 testpass testtest thailand thanatos thankyou thedoors theforce thegreat thematri theodore
therock1 thetruth thinking thirteen thisisit thompson thrasher threesom thriller thuglife thumbnils thumper1 thunder1 thunderb thursday
tiberius tickling ticklish tiffany1 tiger123 tigercat tinkerbe titanium titleist tmjxn151 together tomahawk tommyboy tomorrow toonarmy
toriamos tottenha tottenham touching trailers training transexual transfer traveler treasure treefrog triangle trinidad trinitro
trinity1 trombone trooper1 tropical trouble1 troubles trousers trucking trueblue truelove trumpet1 trustno1 tttttttt tunafish turkey50
twilight ultimate umbrella unbelievable uncencored underdog undertak undertaker undertow underwear universa universe university
ursitesux username usmarine uuuuuuuu vacation vagabond valdepen valencia valentin valhalla valkyrie valleywa vampire1 vampires vancouve
vanessa1 vanguard vanhalen vauxhall velocity verbatim veronica veronika verygood victoria viewsoni vikings1 vincent1 violator vipergts
virginia virginie vivitron vladimir volkswag volleyba voyager1 vvvvvvvv wanderer wapapapa warcraft wareagle warhamme warrior1 warriors
washburn washingt washington watching waterboy waterfal waterloo waterman waterski webmaste webmaster wednesda wednesday welcome1
wellingt werewolf westside westwood wetpussy wg8e3wjf whatever whatwhat whiplash whiskers whistler whiteboy whiteout whitesox whocares
wildbill wildcard wildcats wildfire wildstar wildwood william1 williams windmill windows1 windsurf winfield wingchun winston1 winter99
wireless wishbone wolfgang wolfpack wolverin wolverine wonderboy wonderfu woodland woodstoc woodwork woofwoof wordpass wp2003wp wrangler
wrestler wrestlin wrestling wrinkle1 wrinkle5 wwwwwwww xxxxxxx1 xxxxxxxx yamahar1 yankees1 yankees2 yeahbaby yeahyeah year2005 yesterda
yogibear yosemite yqlgr667 yvtte545 yy5rbfsc yyyyyyyy zachary1 zanzibar zaq12wsx zaq1xsw2 zeppelin zerocool zildjian zoomzoom zxcvbnm1
zzzzzzzz
`;

let known: ReadonlySet<string> | undefined;

/** Is a password among the 10,000 most common, in whatever case (NIST SP 800-63B, 5.1.1.2)? The first question reads the list. */
export const isCommonPassword = (password: string): boolean => {
  known ??= new Set(list().trim().split(/\s+/));
  return known.has(password.toLowerCase());
};
