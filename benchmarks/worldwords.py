"""The words of the made-up world: what is recommended, about what, for whom, where, and how a law answers."""

from __future__ import annotations

#: Words that begin a recommendation; UPR Info's category of action; direction and force of the ask.
VERBS = (
    ("Continue efforts to guarantee", "2", "protect", "continue"),
    ("Share its experience of promoting", "1", "procedural", "share"),
    ("Consider measures that would secure", "3", "protect", "consider"),
    ("Consider easing the rules on", "3", "removeRestriction", "consider"),
    ("Strengthen", "4", "protect", "firm"),
    ("Protect effectively", "4", "protect", "firm"),
    ("Take further steps towards", "4", "protect", "firm"),
    ("Ensure in law and practice", "4", "protect", "firm"),
    ("Uphold without exception", "4", "preserveProtection", "firm"),
    ("Refrain from limiting", "4", "abstain", "firm"),
    ("Cease all interference with", "5", "abstain", "firm"),
    ("Lift every restriction on", "5", "removeRestriction", "firm"),
    ("Repeal the provisions that limit", "5", "removeRestriction", "firm"),
    ("Amend its legislation so that it secures", "5", "protect", "firm"),
    ("Adopt a comprehensive law on", "5", "protect", "firm"),
    ("Keep in force the guarantees of", "4", "preserveProtection", "firm"),
    ("Invite the special rapporteur concerned to study", "5", "procedural", "firm"),
    ("Report to the Council each year on", "5", "procedural", "firm"),
    ("Review, together with civil society, the state of", "3", "procedural", "consider"),
    ("Allocate sufficient funds to", "5", "protect", "firm"),
    ("Redouble its work for", "2", "protect", "continue"),
    ("Set up an independent body to oversee", "5", "protect", "firm"),
    ("Train judges, police and officials in", "4", "protect", "firm"),
    ("Investigate promptly all violations of", "5", "protect", "firm"),
)

#: What it is about: words, issue as UPR Info tags it, right.
MATTERS = (
    ("freedom of expression", "Freedom of opinion and expression", "expression"),
    ("speech on the internet", "Freedom of opinion and expression", "internet-expression"),
    ("the independence of the media", "Freedom of the press", "media-freedom"),
    ("the safety of reporters", "Freedom of the press", "journalist-safety"),
    ("access to official information", "Freedom of the press", "information-access"),
    ("the right to criticise officials without fear of libel suits", "Freedom of the press", "defamation"),
    ("freedom of religion or belief", "Freedom of religion and belief", "religion"),
    ("worship in community with others", "Freedom of religion and belief", "religious-worship"),
    ("the registration of faith communities", "Freedom of religion and belief", "religious-association"),
    ("the teaching of religion", "Freedom of religion and belief", "religious-teaching"),
    ("peaceful assembly", "Freedom of association and peaceful assembly", "assembly"),
    ("rallies held without prior permission", "Freedom of association and peaceful assembly", "assembly-authorisation"),
    ("freedom of association", "Freedom of association and peaceful assembly", "association"),
    ("the financing of voluntary organisations", "Civil society", "ngo-funding"),
    ("the work of those who defend human rights", "Human rights defenders", "human-rights-defence"),
    ("free trade unions", "Labour", "trade-unions"),
    ("the right to strike", "Labour", "strike"),
    ("safe conditions of work", "Labour", "work-conditions"),
    ("the prevention of torture", "Torture and other CID treatment", "torture-prevention"),
    ("the inquiry into complaints of torture", "Torture and other CID treatment", "torture-investigation"),
    ("humane conditions in prisons", "Detention", "detention-conditions"),
    ("safeguards from the first hour of custody", "Detention", "detention-safeguards"),
    ("a moratorium on executions", "Death penalty", "death-penalty-abolition"),
    ("the search for the disappeared", "Enforced disappearances", "disappearance-freedom"),
    ("fair and public trials", "Justice", "fair-trial"),
    ("the independence of judges", "Justice", "judicial-independence"),
    ("the free choice of counsel", "Justice", "defence-rights"),
    ("accountability of security forces", "Impunity", "accountability"),
    ("free and fair elections", "Elections", "elections"),
    ("freedom to leave and return", "Freedom of movement", "movement"),
    ("the privacy of communications", "CP rights - general", "privacy"),
    ("equality of women and men", "Women's rights", "gender-equality"),
    ("the fight against domestic violence", "Women's rights", "gender-violence-freedom"),
    ("the end of violence at school", "Rights of the Child", "child-violence-freedom"),
    ("the end of child labour", "Rights of the Child", "child-labour-freedom"),
    ("justice for young offenders", "Rights of the Child", "juvenile-justice"),
    ("equal participation with disabilities", "Disabilities", "disability-equality"),
    ("the languages and cultures of minorities", "Minorities", "minority-rights"),
    ("the lands of indigenous communities", "Indigenous peoples", "indigenous-rights"),
    ("the dignity of migrant workers", "Migrants", "migrant-protection"),
    ("the protection of people who seek asylum", "Asylum-seekers - refugees", "asylum"),
    ("the rescue of victims of trafficking", "Trafficking", "trafficking-freedom"),
    ("equality whatever the sexual orientation", "Sexual Orientation and Gender Identity",
     "sexual-orientation-equality"),
    ("the struggle against racism", "Racial discrimination", "racial-non-discrimination"),
    ("free primary schooling", "Right to education", "education"),
    ("health care within reach", "Right to health", "health"),
    ("clean water and sanitation", "Right to water", "water"),
    ("enough and healthy food", "Right to food", "food"),
    ("adequate housing", "Right to housing", "housing"),
    ("a pension and help in need", "Poverty", "social-security"),
    ("a clean environment", "Environment", "healthy-environment"),
    ("the protection of personal data", "CP rights - general", "data-protection"),
)

#: For whom: words and, where the vocabulary has one, the group.
GROUPS = (
    ("", ""),
    ("for all people in its territory", "everyone"),
    ("for girls and boys", "children"),
    ("for women in rural areas", "women"),
    ("for widows and single mothers", "women"),
    ("for journalists and bloggers", "journalists"),
    ("for editors of small papers", "media"),
    ("for human rights defenders", "human-rights-defenders"),
    ("for members of opposition parties", "political-opposition"),
    ("for religious minorities", "religious-minorities"),
    ("for congregations old and new", "religious-communities"),
    ("for linguistic minorities", "minorities"),
    ("for persons with disabilities", "persons-with-disabilities"),
    ("for migrants without papers", "migrants"),
    ("for refugees at the border", "refugees-and-asylum-seekers"),
    ("for prisoners awaiting trial", "detainees"),
    ("for lesbian, gay and transgender people", "lgbti-persons"),
    ("for workers in mines and fields", "workers"),
    ("for users of social media", "internet-users"),
    ("for organisations of citizens", "civil-society"),
    ("for participants in demonstrations", "assemblies-participants"),
    ("for shop stewards", "trade-unions"),
    ("for fishing villages", ""),
    ("for older persons living alone", ""),
)

PLACES = (
    "", "", "", "in the capital", "in every province", "in remote districts", "along the coast", "in border regions",
    "in the armed forces", "in public schools", "in private firms", "at all levels of government", "in the mountains",
    "in the courts of first instance", "in places of detention", "in rural hospitals", "on the islands",
    "in the mining towns", "in the free trade zones", "in camps and shelters", "in local councils",
    "on the labour market",
)

TAILS = (
    "", "", "", "without delay", "before its next review", "in line with international standards",
    "as the treaty bodies advised", "with a plan, a budget and a deadline", "in consultation with those concerned",
    "and publish the results", "and bring those responsible to justice", "with help from the United Nations if wanted",
    "as it pledged when it stood for the Council", "and withdraw the reservations that stand in the way",
    "including by ratifying the optional protocol", "and offer redress to victims", "whatever their origin or status",
    "by means of an awareness campaign", "and collect data by sex, age and region", "through regional cooperation",
    "with special care for the most vulnerable", "and repeal what contradicts it", "by raising the budget each year",
    "and translate the outcome into all national languages",
)

#: Answers of a Working Group report and of an addendum, in words of documents.
ANSWERS = {"accepted": "enjoy the support", "noted": "noted", "pending": "will be examined"}

CHANGES = ("new", "new", "heavier", "heavier", "same", "lighter", "unknown")
MECHANISMS = (
    "", "registration", "prior-permission", "criminal-penalty", "administrative-penalty", "licence", "blocking",
    "funding-control", "vague-wording", "reporting-duty",
)
#: What provisions do to a right, as often as it stands here.
DIRECTIONS = ("restricts", "restricts", "restricts", "removesProtection", "protects", "removesRestriction", "neutral")
LAWS = ("law", "law", "law", "code", "decree", "constitutional-law")
SUBJECTS = ("Public Order", "Associations", "Mass Information", "the Penal Code", "Labour", "Courts", "Communications",
            "Belief", "Elections", "Education", "Health", "Land", "Security", "Family", "Migration")
EVENTS = ("protest", "strike", "trial", "arrests", "clashes", "closure", "ban")
ACTS = ("arrest", "charge", "conviction", "fine", "release", "detention", "search", "torture-allegation")
