"""How far a word reaches that colours a passage: what ends a denial, a claim, a plan, the doings of a third party."""

from __future__ import annotations

import re

from screening.reading.text import Span

__all__ = [
    "acts_apart",
    "another_case",
    "apart",
    "by_somebody",
    "complaints",
    "denies",
    "joint",
    "only_claimed",
    "planned",
    "refuted",
    "single",
    "threatens",
    "tried_apart",
    "unrelated",
]

# A denial goes no further than what follows from what it denies, or stands against it: 未检查即作业致李某重伤, 无伤亡只是有损失.
_NO_FURTHER = re.compile(r"为由|反而|只是|而是|致使?|导致|造成|引发|引起|却|就(?![医诊业此餐地近读学上该本其涉])")
_LICENCE = re.compile(
    r"[^,。;]{0,12}?(?:许可证?|执照|资质|资格证?|执业证书?|批准文件|批文|(?:审批|合法|环评|环保|用地|用林)手续|(?:采伐|捕捞|狩猎|采集|准运|登记)证)(?!过期|到期|失效)"
)
_NOT_SEEN = ("发现", "检出", "见")
_ITS_EFFECT = re.compile(
    r"[对给](?:(?!进行|采取|处理|检[查测]|设置)[^,。;]){0,12}?造成|(?:因此|由此|直接|实际|进一步|再|明显|严重)?(?:致使?|造成|导致|引发|引起)"
)
# What was found ends what was only said: 辩称仅售九千元，经核实为三万元.
_FOUND = re.compile(
    r"经[查核检调鉴评审勘测]|经[^,。;]{1,10}(?:审计|评估|鉴定|核算|测算|认定|核定|查实|核实)|经现场|价格?(?:认定|鉴定|评估)|鉴定(?:结论|意见|恢复|损失)|称重|过磅|实测|查明|查实|核实|核对|采[纳信]|(?:本局|我局|机构|中心|第三方|事务所)[^,。;\d]{0,12}(?:认定|核定|审定|评定|核算)"
)
# 拟占用, 准备购进: it has not come to that, what is ready to be sold is there; 是否 leaves it open.
_PLANNED = re.compile(
    r"是否|(?:拟|准备|打算|计划|欲)(?:[^,。;]{0,2}[再另续于])?(?:购|占|采|挖|砍|建|收购|进货|进口|投资|吸收|捕|猎|倾倒|排|借|贷|新|扩|租|再)"
    r"|预计[^,。;\d]{0,6}(?:净?得|获利|盈利|净?赚|收益)"
    r"|(?:拟|准备|打算|计划|预计)(?:面?向)?(?:社会|公众|群众)?(?:公开)?(?:募集|招募|筹集|集资|融资|吸纳|发行|招收)"
)
# A third party that acts by itself, until the text turns to the party; one that delivers to it is part of its case.
_ACTS = re.compile(r"[^,。;]{0,8}(?:制售|制造|生产|加工|销售|出售|贩|经营|伪造|发展|伐|采|捕|倾倒|排放|吸收|走私|开设)")
_DELIVERS = re.compile(r"[给向](?:当事人|其|本案)|供货|发货|送货|提供|供应|交付")
_PARTY = re.compile(r"(?<![从向给与由和对被])当事人|本案|本次|[本该][店厂公案]|[本我]局|现场|其从")
# 公安机关在侦办某某制售假药案（涉案80万元）时，…: the case that led here, not this one.
_ANOTHER_CASE = re.compile(
    r"(?:公安|警方|派出所|经侦|检察院|法院)[^。;,]{0,16}?(?:侦办|侦查|审查起诉|审理)[^。;]{2,60}?案件?(?:\([^()]{0,120}\))?[^。;,]{0,4}(?:时|过程中|期间|中),"
)
_TRIED_APART = re.compile(r"(?:[已现均将由]|其行为)[^,。;]{0,16}\Z")
_SOMEBODY = re.compile(r"[其另](?!行|案|查|外)|上[家游]|下[家线级]|供货")
# 收购的系李某盗伐的林木: what another did to the goods that the party deals in.
_GOODS_OF = re.compile(
    r"(?:收购|购买|购进|购得|运输|加工|窝藏|代为销售|转卖|使用)[^,。;]{0,10}[\u4e00-\u9fff]某[^,。;]{0,3}\Z"
)
_LONGEST_GOODS_OF = 30
# 经核并无此事: what was claimed before it
_REFUTED = re.compile(
    r"经(?:本局|我局|执法人员)?(?:调查|核查|核实|查证|调取|走访|查|核)[^。;]{0,24}?(?:并无|没有|未发现|未见|查无|不属实|不实|不存在|无此事|无证据)"
)
# 若再缺水，极易发生爆炸
_THREATENS = re.compile(
    r"[^。;]{0,20}?(?:极易|极可能|极有可能|随时|必然|足以|势必|很可能|即会|就会|就要|即可)(?:会|能|可能)?[^,。;]{0,4}(?:发生|引发|引起|导致|造成|爆|燃|炸|起火|着火|垮|塌|坠|倾覆|泄漏)"
)
# What somebody reports is his word: 群众举报“开赌场”, 据举报人称, 市民热线转来：种植户称, 被举报电鱼; 对方诉称损失40万元; 有网友发帖称.
_COMPLAINT = re.compile(
    r"(?:举报|投诉|反映|信访)(?:[^。;“”]{0,20}“|[^,。;“”]{0,6}[称说])|(?:热线|来电|来信|工单)[^,。;“”]{0,20}[称说]"
    r"|被(?:群众|他人|人|同行|邻居)?(?:举报|投诉)"
    r"|(?:[报诉声]称|自[行己]?(?:估算|估计|测算|估))(?=[^,。;]{0,8}(?:损失|受损|减收|减产|亏损))"
    r"|(?:对方|权利人|投诉人|举报人|同行|被侵权[人方]|受害[人方单]位?)[^,。;]{0,4}称(?=[^,。;]{0,8}(?:损失|受损|亏损))"
    r"|(?:有|部分|个别|一些|网友|网民)[^,。;]{0,6}(?:发帖|发文|留言|跟帖|评论|爆料)[称说](?:[^。;“”]{0,20}“)?"
)
_COMPLAINS = ("举报", "投诉", "反映", "信访", "称", "说", "自行估", "自己估", "自估", "自行测算")
# 与某店无关, 系另一家公司
_UNRELATED = re.compile(
    r"[系属是为]另一(?:名|位|家|个)?(?:经营|商户|店|公司|企业|摊|当事人|厂|户|人|档口)|另一[条艘辆](?:渔?船|车)|(?<![坏塌毁伤到至及])隔壁厂(?![房区])|与(?:涉案|本案|当事人|该案|本次)[^,。;]{0,10}(?:无关|没有关联|没有关系)"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]某[某甲乙丙丁]?")
_NOT_HIS = re.compile(r"[与和同跟]([\u4e00-\u9fff]某[某甲乙丙丁]?)[^,。;]{0,4}(?:无关|没有关联|没有关系|没有牵连)")
# 与2024年某厂坍塌致1人死亡一案的隐患类型相近: another case, which this one is only likened to.
_LIKENED = re.compile(
    r"与[^,。;]{4,40}(?:一案|一起(?:事故|案件)|事故|案件?)[^,。;]{0,14}(?:相近|相似|相仿|类似|雷同|如出一辙)"
)
_LIKE = ("相近", "相似", "相仿", "类似", "雷同", "如出一辙")
# 某厂爆炸致2人死亡一案已由公安机关侦办; 2022年曾发生冒顶事故死亡2人，已依法处理: dealt with elsewhere or before.
_DEALT_WITH = re.compile(
    r"(?<=[,。;:])(?:(?!当事人|[该本你]单位|[该本你]公司)[^,。;:]){4,40}一案,?[已现正][^,。;]{0,4}由[^,。;]{0,6}(?:公安|检察|法院|监委)"
    r"|曾经?发生[^。;]{2,60}?,已(?:经?依法|另行)?(?:处理|处罚|查处|结案)"
)
_JOINT = re.compile(r"伙同|共同|合伙|结伙|合谋|一起|当事人")


def refuted(folded: str, end: int, sentence_end: int) -> bool:
    """Whether a claim that ends at ``end`` is said in its sentence to be borne out by nothing: 举报称强买强卖，经核并无此事."""
    return _REFUTED.search(folded, end, sentence_end) is not None


def single(denials: list[Span]) -> list[Span]:
    """Denials (in order) without those that cancel one another: 并非未, 不是没有."""
    starts = {start for start, _ in denials}
    doubled = {end for _, end in denials if end in starts}
    return [(s, e) for s, e in denials if s not in doubled and e not in doubled] if doubled else denials


def denies(folded: str, end: int, at: int) -> bool:
    """Whether a denial that ends at ``end`` still holds at ``at`` of its clause."""
    if _LICENCE.match(folded, end, at) and not folded.endswith(_NOT_SEEN, 0, end):
        return False  # 无食品生产许可的作坊里用松香脱毛: what is lacking is the licence
    effect = _ITS_EFFECT.match(folded, end, at)
    return _NO_FURTHER.search(folded, effect.end() if effect else end, at) is None


def only_claimed(folded: str, end: int, at: int) -> bool:
    """Whether nothing was found between a claim that ends at ``end`` and what stands at ``at`` in its sentence."""
    return _FOUND.search(folded, end, at) is None


def planned(folded: str, start: int, at: int) -> bool:
    """Whether a word of intent at ``start`` says that what stands at ``at`` has not been done yet."""
    return _PLANNED.match(folded, start, at) is not None


def acts_apart(folded: str, end: int, clause_end: int, at: int) -> bool:
    """Whether a third party named up to ``end`` does something of its own in that clause, and the text stays with it to ``at``."""
    if not _ACTS.match(folded, end, clause_end) or _DELIVERS.search(folded, end, clause_end):
        return False
    return _PARTY.search(folded, end, at) is None


def another_case(folded: str) -> list[Span]:
    """Where the text names the criminal case of others from which this one came to light, or a case that this one is like."""
    found = [match.span() for match in _LIKENED.finditer(folded)] if any(word in folded for word in _LIKE) else []
    if "一案" in folded or "曾" in folded:
        found += [match.span() for match in _DEALT_WITH.finditer(folded)]
    if "侦" in folded or "审" in folded:
        found += [match.span() for match in _ANOTHER_CASE.finditer(folded) if "当事人" not in match[0]]
    return found


def apart(folded: str, opening: Span, end: int, at: int) -> bool:
    """Whether a sentence opens with somebody whose case is another one, as a word up to ``end`` says, and stays with him to ``at``.

    李某（另案处理）从当事人处购得假烟: ``opening`` is what stands before that word.
    """
    return not joint(folded, opening) and _PARTY.search(folded, end, at) is None


def by_somebody(folded: str, clause: int, at: int) -> bool:
    """Whether what stands at ``at`` of a clause is what somebody did to goods that the party only deals in."""
    return _GOODS_OF.search(folded, max(clause, at - _LONGEST_GOODS_OF), at) is not None


def complaints(folded: str) -> list[Span]:
    """The places from which a text tells what somebody reported."""
    if not any(word in folded for word in _COMPLAINS):
        return []
    return [(match.end(), match.end()) for match in _COMPLAINT.finditer(folded)]


def joint(folded: str, clause: Span) -> bool:
    """Whether the party has a part in what a clause tells: 伙同黄某."""
    return _JOINT.search(folded, *clause) is not None


def threatens(folded: str, end: int) -> bool:
    """Whether a condition that ends at ``end`` tells of a danger that is there: 若再缺水，极易发生爆炸; not of a sanction."""
    return _THREATENS.match(folded, end) is not None


def tried_apart(folded: str, sentence: int, clause: int, mark: int) -> bool:
    """Whether a clause that says 另案 at ``mark`` speaks of somebody with whom its sentence opens: 其上家……，已由公安机关另案侦办."""
    subjectless = mark == clause or _TRIED_APART.match(folded, clause, mark) is not None
    return subjectless and _SOMEBODY.match(folded, sentence) is not None and not joint(folded, (sentence, clause))


def unrelated(folded: str) -> list[Span]:
    """The places where a text says that something is of somebody else."""
    found: list[Span] = []
    if any(word in folded for word in ("无关", "没有", "另一", "隔壁厂")):
        found = [match.span() for match in _UNRELATED.finditer(folded)]
    if "无关" in folded and (party := _PERSON.search(folded)):
        # The party is who is named first: 群内其他人的流水380万元由属地公安机关处理，与尚某某无关.
        found += [match.span() for match in _NOT_HIS.finditer(folded) if match[1] == party[0]]
    return found
