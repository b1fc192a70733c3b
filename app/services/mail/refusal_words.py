"""The words of mail servers at a refusal, in patterns over lower case (services.mail.address_refusals).

`own-address` and `own-domain` stand for those of the receiver, `other-address` and `other-domain` for any other.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*alternatives: str) -> str:
    """A pattern for one of the alternatives, which are parted by |."""
    return f"(?:{'|'.join(alternatives)})"


_OF_SENDER: Final = _any(
    r"senders?|sending|originat\w*|source|mailfrom|(?:mail|envelope|header|reverse|return)[ -]?(?:from|path)",
    r"from (?:address|header|domain|field)|callout|call-?back|verif\w*|relay\w*|outgoing|outbound|submission",
    r"send (?:from|as|mail|messages?|e-?mails?)|client host|ip address|forg\w+|spoof\w*",
    r"your (?!message\b|mail\b|e-?mail\b(?! address)|recipient)\w+|for \w+ing",
    r"(?:disabled|closed|inactive|invalid) (?:for|to|by)",
    r"afzend\w*|verzender|doorsturen|absender|exp\w{0,2}diteur",
)
_OF_SUSPICION: Final = _any(
    r"spf|dkim|dmarc|arc|dns|ptr|rdns|mx|rbl|dnsbl|spam\w*|junk\w*|virus\w*|malware|phish\w*|polic(?:y|ies)|beleid",
    r"reputation|block\w*|geblokkeerd|black ?list\w*|white ?list\w*|(?<!not )listed|zwarte lijst|ban(?:ned)?|abus\w*",
    r"complain\w*|unsolicited|suspicious|bulk|content|attachments?|prohibited",
)
_OF_LIMIT: Final = _any(
    r"rates?|limit\w*|limiet|exceed\w*|allowance|hourly|daily|per (?:hour|minute|day)|quickly|quota|overquota|full",
    r"too (?!short)\w+|te (?:veel|snel|groot)|vol|voll|pleine|storage|space|disk|opslag|size|throttl\w*|frequen\w*",
    r"volume|create|write|deliver(?:y)? agent",
)
_OF_MOMENT: Final = _any(
    r"gr[ea]y ?list\w*|temp\w*|try again|try later|later|retry|retries|moment\w*|right now|currently|tijdelijk",
    r"defer\w*|delay\w*|busy|overload\w*|maintenance|timed? ?out|timeout|connection|connect|network|loop\w*|hops?",
    r"congest\w*|plus tard|vor\w{1,3}bergehend|sp\w{1,2}ter",
)
_OF_LEAVE: Final = _any(
    r"authenti\w*|unauthenti\w*|authori[sz]\w*|unauthori[sz]\w*|login|credentials?|permi\w*|allowed|forbidden|access",
    r"toegang|tls|encrypt\w*|certificate|helo|ehlo|protocol|syntax|pipelin\w*|complian\w*|rfc|restrict\w*|moderat\w*",
    r"members?|subscri\w*|only|group|list|preferences?|filter\w*|rules?|approv\w*|confirm\w*|challenge",
    r"geweigerd wegens|transaction failed|config\w*",
)
CONTRARY: Final = re.compile(rf"\b{_any(_OF_SENDER, _OF_SUSPICION, _OF_LIMIT, _OF_MOMENT, _OF_LEAVE)}\b")

_OWNER: Final = _any(
    r"users?|user ?name|mail ?box|mailbox(?:es)?|inbox|accounts?|recipients?|addressee|address|alias|person|customer",
    r"local[ -]?part|gebruiker|postbus|postvak|ontvanger|geadresseerde|e-?mailadres|adres|benutzer",
    r"empf\w{0,2} {0,2}nger|postfach|adresse|utilisateur|destinataire|bo[iî] ?te",
)
_BETWEEN: Final = (
    r"(?:[ '\"()\[\]<>:,;=-]|"
    r"(?:own-address|that you tried to reach|you (?:entered|specified)|has been|is|was|are|here)\b){0,12}"
)
_NOT_THERE: Final = _any(
    r"exist|be found|found|known|valid|have an?\b|a valid|a known|active",
)
_NO_LONGER: Final = _any(
    r"exists?|valid|in use|active|available|accepts? (?:e-?)?mail|works?|employed|with|here|on this",
)
_GONE: Final = _any(
    r"unknown|not known|not found|not be found|not exist|non-?existent|inactive|disabled|deactivated|discontinued",
    r"closed|deleted|removed|terminated|cancelled|expired|not valid|not active|invalid",
    rf"no longer {_NO_LONGER}|(?:does|do|did|could|can|was|is)(?: not|n.?t) {_NOT_THERE}",
    r"onbekend|bestaat niet|niet gevonden|niet bekend|opgeheven|afgesloten|uitgeschakeld|verwijderd",
    r"unbekannt|nicht gefunden|existiert nicht|nicht vorhanden|deaktiviert|inconnue?|inexistante?",
)
CLEAR: Final = re.compile(
    _any(
        rf"\b{_OWNER}{_BETWEEN}\b{_GONE}",
        r"\b(?:unknown|onbekende?|unbekannter?|invalid|non-?existent|inactive|no such)"
        r"(?: or (?:illegal|unknown|invalid|inactive))?(?: local| virtual| e-?mail| mail)?[ -]?"
        rf"{_OWNER}",
        rf"\bno (?:valid )?{_OWNER}(?: here| found|[ a-z]{{0,20}} (?:name|address)\b)",
        r"\bno one (?:here )?(?:by|at|with) (?:that|this)",
        r"\bunroute?able (?:mail |e-?mail )?(?:address|recipient)|\brecip(?:ient)? ?notfound",
        r"\b(?:could(?: not|n.?t)|cannot|can.?t|unable to) find (?:a |the |any |that )?"
        r"(?:user|mailbox|account|recipient)\b",
        r"\bno longer (?:accepts? (?:e-?)?mail|employed|works? (?:here|at|for))",
        r"\bnot listed in (?:the )?(?:domino|public|name)",
        r"\bis not an? (?:valid|known|active|local) [a-z-]{0,10} ?(?:user|mailbox|recipient|address)",
        r"\bnot an? (?:valid|known|local|active) (?:user|mailbox|recipient|e-?mail address|address)",
        r"\b(?:mailbox|e-?mail address|address)(?: is)? (?:unavailable|not available)",
        r"\bown-address (?:unknown|not found)",
        r"\baddress could not be|\bcould not be found at\b|\bgeen (?:gebruiker|postbus|mailbox|account) ",
    )
)
OFF: Final = re.compile(r"\b(?:disabled|deactivated|inactive|closed|switched off|discontinued|terminated|suspended)\b")
_NOT_FOUND: Final = r"(?:not found|unknown|does(?: not|n.?t) exist)"
NO_DOMAIN_WORDS: Final = re.compile(
    _any(
        r"\b(?:host|domain)(?: or domain)?(?: name)?[ '\"<>]{0,3}(?:own-domain)?[ '\"<>]{0,3}" + _NOT_FOUND,
        r"\b(?:no such|unknown) (?:domain|host)",
        r"\bown-domain[ '\"<>:]{0,3}" + _NOT_FOUND,
    )
)
WHOSE: Final = re.compile(
    rf"\b(?:unknown|no such|invalid|onbekende?) {_OWNER}[ :=]{{1,3}}['\"<(]?([a-z0-9._+-]{{1,64}})['\">)]?\s*$|"
    rf"\b{_OWNER}[ :=]{{0,2}}['\"(]([a-z0-9._+-]{{1,64}})['\")]"
)
NO_NAMES: Final = frozenset({"", "own-address", "here", "in", "at", "rcpt", "user", "unknown", "invalid"})


# Words that add nothing to a code. Among others a code alone marks nobody: who knows what they mean.
NEUTRAL: Final = frozenset(
    word
    for line in (
        "a account action address aliased an and bad badrcptto be can cannot command could dd deliver",
        "delivered delivery destination does domain e email error esmtp exist failed failure fatal for from",
        "gsmtp host in invalid is",
        "mail mailbox message no nosuchuser not of or own permanent please psmtp rcpt reason recipient",
        "recipients refused rejected rejecting remote reply requested returned said server smtp sorry taken",
        "that the this to unable undeliverable unknown user was your",
    )
    for word in line.split()
)
