import type { Phrase } from './phrases.ts';

const not = '(?:do_not|don_?t|never|must_not|should_not|shall_not|stop|avoid)';
const some =
  '(?:(?:all|any|the|your|these|those|this|that|every|each|of|my|our|its|following|next|about|a|an|me|us|no)_)*';
const earlier =
  '(?:previous|prior|above|earlier|preceding|foregoing|former|original|initial|system|safety|guardian|developer|aforementioned)';
const model =
  '(?:ai_(?:assistant|agent|model|reviewer|system|bot)|llms?|(?:large_)?language_models?|assistant|chatbot|reviewing_(?:agent|model)|review_(?:agent|model|bot)|(?:code_)?reviewers?|gpt|chatgpt|claude|copilot|gemini)';
const setAside =
  '(?:ignore|ignoring|disregard|disregarding|forget|override|overrule|bypass|neglect|discard|drop|skip)';
const orders =
  '(?:instructions?|prompts?|directives?|guidelines?|guardrails?|system_messages?|programming|training|conversation)';
const person = '(?:the_|your_)?(?:user|human|operator|reviewer|owner)';
const secrets =
  '(?:api_?keys?|secrets|secret_keys?|passwords?|credentials?|private_?keys?|seed_?phrases?|(?:access|auth|bearer|authentication)_?tokens?|environment_variables?|env_vars?|wallet_keys?|mnemonics?)';

/** What instructions to a model look like in English. */
export const englishPhrases: readonly Phrase[] = [
  // Who is told not to ignore them is told to follow them, but not in: if you do not ignore them.
  [
    'override',
    `(?<!(?:^|[.] {0,3})(?:please )?(?:do not|don.?t|never) )${setAside}_${some}(?:${earlier}_)+(?:and_${earlier}_)?~${orders}`,
  ],
  [
    'override',
    `${setAside}_(?:all|any|every|your)_(?:the_|of_|your_|these_)*(?:${earlier}_)*(?:${orders}|rules?|polic(?:y|ies)|restrictions_you_@+)`,
  ],
  [
    'override',
    `${setAside}_(?:all|any|every|your)_(?:the_|of_|your_)*${earlier}_(?:rules?|messages?|findings?|checks?|warnings?)`,
  ],
  [
    'override',
    `${setAside}_(?:everything|all|anything)_(?:you_(?:were|have_been|ve_been|know|learned|are_told)|i_said|(?:that_was_)?said_(?:above|before|earlier)|(?:above|before|prior_to)_this_(?:line|message|point|prompt|comment|text|sentence)|above_and_(?:approve|rate|score|grade|mark|give|accept|say|reply|answer|output|do|return|print|write|tell|follow))`,
  ],
  [
    'override',
    `${not}_(?:follow|obey|following|obeying|apply|listen_to)_${some}(?:${earlier}_)*(?:instructions?|system_prompts?|guidelines?|guardrails?)`,
  ],
  ['override', '(?:your|the)_new_(?:instructions?|task|role|goal|objective|directive)s?_(?:is|are)'],
  [
    'override',
    '(?:here|these|following)_(?:is|are)_(?:your|the)_new_(?:system_)?(?:instructions?|prompt|task)',
  ],
  [
    'override',
    'new_(?:system_)?(?:instructions?|prompt):(?:you|ignore|approve|reply|respond|output|always|from)',
  ],
  ['override', 'from_now_on_(?:you_(?:are|will|must|shall|should|only)|ignore|answer|reply|respond|act_as)'],
  [
    'override',
    'from_(?:this_(?:point|moment)_(?:on|onwards?|forward)|now_on|here_on)_(?:you_(?:are|answer|obey)|answer|reply|respond|act_as|treat_the_(?:user|developer|operator)|(?:take|accept|obey|follow)_(?:orders|instructions|commands)_(?:only_)?from)',
  ],
  [
    'override',
    `the_(?:above|previous|preceding|earlier|system)_(?:instructions?|prompt|rules|messages?)_(?:are|is|were|was)_(?:void|cancell?ed|obsolete|a_test|fake|no_longer|superseded|overridden|outdated|not_valid|invalid|wrong)`,
  ],
  [
    'override',
    `(?:this|these|the_following)_(?:(?:message|text|lines?|note|instructions?|rules?)_)?(?:overrides?|supersedes?|replaces?|takes?_precedence_over)_(?:(?:all|any|the|your|every|previous|prior|earlier|system|other)_)*(?:${orders}|rules)`,
  ],
  [
    'override',
    'your_(?:developers?|creators?|operators?|administrators?|makers?)_(?:(?:have|has|just)_)*(?:updated|changed|modified|replaced|revised)_your_(?:instructions?|rules|guidelines|prompt|polic(?:y|ies))',
  ],
  [
    'override',
    '(?:start|begin|end)_of_(?:the_)?(?:system|user|developer|new)_(?:prompt|instructions?|message)',
  ],
  [
    'role',
    `(?:you_are|you_re|act_as|acting_as|pretend_(?:to_be|you_are|you_re|that_you_are)|behave_(?:as|like)|role_?play_as|imagine_you_are|simulate_being|respond_as|answer_as)_(?:(?:now|from|on|no|longer|currently|an?|the|my|if|you|were|unrestricted|uncensored|helpful|evil|different|new|jailbroken|privileged|senior|trusted|security|code)_)*(?:${model}|ai|auditor|administrator|admin|root|sysadmin|superuser|dan|system_(?:administrator|prompt|operator)|hacker|linux_terminal|shell|approver|compliance_officer)`,
  ],
  [
    'override',
    'end_of_(?:(?:the|untrusted|user|external)_)*(?:data|document|context|input|article|content|text)_new_(?:system_)?(?:messages?|instructions?|prompt|task)',
  ],
  [
    'role',
    '(?:pretend|imagine|act|behave|you_are)_(?:(?:to_be|you_are|that_you_are|as|like|now)_)*an?_(?:(?:completely|fully)_)?(?:unrestricted|uncensored|unfiltered|jailbroken)_(?:model|system|version|bot|trader|entity)',
  ],
  [
    'role',
    '(?:enable|enter|activate|switch_to|turn_on|you_are_in|unlock)_(?:the_)?(?:developer|god|jailbreak|unrestricted|dan|sudo|root|admin|uncensored)_mode',
  ],
  [
    'role',
    'pretend_(?:that_)?you_(?:have|had)_no_(?:rules|restrictions|limits|limitations|guidelines|filters)',
  ],
  ['role', 'jailbr(?:eak|oken)_(?:prompt|mode|the_(?:model|ai|assistant))'],
  ['role', '(?:you_have|there_are)_no_(?:restrictions|guardrails|content_polic(?:y|ies)|ethical_guidelines)'],
  [
    'address',
    `(?:dear|attention|note_to|notice_to|hey|hello|hi|greetings|message_(?:to|for)|instructions?_(?:to|for)|memo_to|listen)_(?:(?:the|any|all|my|every|future)_)*(?:${model}|ai(?! (?:stocks?|sector|investors?|companies|names|themes?|bubble|trade|basket|chip)))`,
  ],
  [
    'address',
    `as_an?_(?:ai_(?:language_)?(?:model|assistant|agent|reviewer)|llm|language_model|assistant|reviewer)_(?:you|i|it)`,
  ],
  [
    'address',
    `(?:ai|${model}|models?|agents?|guardian):(?:(?:please|you|must|should|now|kindly|just|always)_)*(?:approve|accept|skip_(?:this|the_(?:review|check|file))|ignore_(?:this|the|all|any|every|previous|earlier)|pass_(?:this|it)|return|answer|rate|say|respond|reply|output|mark|score|report_no|do_not)`,
  ],
  [
    'address',
    `(?:${model}|ai|bots?)s?_(?:reading|that_reads?|who_reads?|processing|summari[sz]ing|parsing)_this_(?:page|text|article|document|file|message|comment|news|code)`,
  ],
  [
    'address',
    '(?:note|notice|message|instructions?)_for_(?:(?:the|any|all|every)_)*(?:ai|llm)_(?:readers?|agents?|models?|reviewers?|assistants?|systems?_reading)',
  ],
  ['address', 'when_(?:you_)?summari[sz](?:e|ing)_this_(?:page|text|article|document|file|message|news)'],
  ['address', `if_you_(?:are|re)_(?:an?_|the_)?(?:${model}|ai|bot)`],
  [
    'address',
    `(?:to|for)_(?:the_|any_|all_)?(?:ai|llm|automated)_(?:reviewers?|review_(?:agent|model|bot)|code_reviewers?|judges?|graders?)`,
  ],
  [
    'approval',
    '(?:approve|greenlight|green_light|whitelist|rubber_stamp)_this_(?:strategy|code|file|review|proposal|change|submission|pull_request)',
  ],
  [
    'approval',
    '(?<!(?:to|will|can|may|must|should|person|people|they|who|we|not)[ .,]{1,3})(?:approve|greenlight)_the_(?:strategy|code|file|proposal|change|submission)(?! (?:when|if|only|once|after))',
  ],
  ['approval', '(?:accept|pass|merge)_this_(?:strategy|code|file|review|proposal|submission|pull_request)'],
  ['approval', 'must_(?:accept|approve|pass)_this'],
  [
    'approval',
    '(?:already|previously|fully|pre)_(?:been_)?(?:reviewed|audited|vetted|approved)(?! (?:@+ )?(?:brokers?|venues?|symbols?|markets?|lists?|tickers?|parameters?|exchanges?|assets?|pairs?|coins?|stocks?|instruments?|names|universe|accounts?))',
  ],
  [
    'approval',
    '(?:reviewed|approved|verified|cleared|audited|certified|vetted|signed_off)_by_(?:(?:the|a|our|your|internal)_)*(?:security|guardian|safety|trust|human|appsec)_(?:team|department|officer|reviewers?|committee|experts?|auditors?|and_safety)',
  ],
  [
    'approval',
    'no_(?:(?:further|additional|more|manual)_)*(?:review|audit|scan|security_checks?)_(?:is_|are_)?(?:needed|required|necessary)',
  ],
  [
    'approval',
    'this_(?:code|file|strategy|script)_is_(?:completely_|perfectly_|totally_)?(?:safe|trusted|whitelisted|exempt|pre_?approved)(?! (?:to|for|from|when|if|only|in|on|with|enough|as|at|against|because|unless))',
  ],
  [
    'approval',
    '(?:return|output|respond_with|reply_with|answer_with|respond|reply|answer|say|print|write)_(?:(?:only|just|with|verdict|score|rating|the|word|words|exactly|status)_)*(?:approved|lgtm|no_(?:findings|issues|problems|vulnerabilities)(?:_found)?|safe_to_(?:merge|deploy|run)|10_(?:out_of_)?10)',
  ],
  [
    'suppression',
    `${not}_(?:flag|flagging|report|reporting|reject|rejecting|mention|mentioning|lint|linting|disclose|disclosing|highlight|highlighting|warn_about)_${some}(?:findings?|issues?|warnings?|errors?|violations?|problems?|vulnerabilit(?:y|ies)|file|code|lines?|function|comments?|strategy|section|injection)`,
  ],
  [
    'suppression',
    '(?:skip|bypass|disable|turn_off|switch_off|suppress|circumvent|evade|disregard|ignore)_(?:(?:the|all|any|your|every|this)_)*(?:guardian(?:_(?:checks?|rules?|review|scan|findings?|warnings?))?|(?:security|safety)_(?:checks?|rules?|review|scan|audit|filters?|polic(?:y|ies)|measures?)|sandbox|code_review|static_analysis|content_filters?|moderation|guardrails?)',
  ],
  [
    'suppression',
    '(?:i|we)_(?:hereby_)?(?:authori[sz]e|permit|allow|order|instruct)_you_to_(?:skip|bypass|ignore|disable|override|approve|deploy|reveal|disregard)',
  ],
  ['suppression', `${not}_(?:tell|inform|notify|alert|ask|warn)_${person}`],
  ['suppression', `without_(?:telling|informing|notifying|asking|alerting)_${person}`],
  ['suppression', `(?:keep|hide|conceal)_(?:this|it|these|that)_(?:secret_|hidden_)?from_${person}`],
  [
    'exfiltration',
    '(?:reveal|show|print|repeat|output|display|leak|dump|disclose|tell|give|write_out|expose|recite|quote|summari[sz]e|copy)_(?:(?:me|us|all|of|the|your|any|full|entire|exact|hidden|secret|original|verbatim|whole)_)*(?:system_prompts?|system_messages?|system_instructions?|(?:initial|hidden|secret)_(?:prompts?|instructions?)|developer_(?:messages?|prompts?)|your_(?:instructions?|prompt|guidelines|configuration)|(?:instructions?|prompt|words|text|conversation)_(?:above|verbatim|you_were_given|before_this))',
  ],
  [
    'exfiltration',
    '(?:what|which)_(?:is|are|were)_your_(?:system_prompt|(?:initial_|original_|exact_)?instructions|initial_prompt|hidden_rules)',
  ],
  [
    'exfiltration',
    `(?<!(?:not|never|don.?t)[ .,]{1,3})(?<!(?:customers?|users?|clients?|victims?|people|investors?|traders?|holders?|them) to )(?:send|post|upload|exfiltrate|transmit|forward|email|leak|print|reveal|output|steal|disclose|show|paste)_~(?:your_|the_|all_|my_)*${secrets}`,
  ],
  [
    'exfiltration',
    '(?<!(?:not|never|don.?t)[ .,]{1,3})(?:send|post|upload|exfiltrate|transmit|forward|email|leak|print|reveal|output|steal|read|show|paste|copy)_~(?:(?:of|from)_(?:@+_){0,2})?(?:id_(?:rsa|ed25519|ecdsa)|etc_(?:passwd|shadow)|wallet_dat|authorized_keys|aws_credentials)',
  ],
  [
    'exfiltration',
    '(?:append|encode|embed|put)_~(?:prompt|secrets?|api_?keys?|conversation|account_balance)_(?:to|into|in)_(?:the_|an?_)?(?:url|image|link|query)',
  ],
  [
    'action',
    '(?:run|execute|launch|invoke)_(?:(?:the|this|following|a|these)_)*(?:shell|bash|terminal|powershell|system|os)_(?:commands?|script)',
  ],
  ['action', '(?:curl|wget)_(?:@{1,3}_)*https?'],
  ['action', '(?:run|execute)_~rm_rf'],
  ['action', '(?:curl|wget)_~(?:ba|z|da)?sh'],
  [
    'action',
    '(?:you_must|you_have_to|immediately|right_now|now|please)_(?:call|invoke|use)_the_(?:@+_)?tool',
  ],
  [
    'action',
    '(?:call|invoke|use)_(?:the_)?(?:@+_){0,3}(?:tool|function|api)_(?:to|and)_(?:send|transfer|withdraw|delete|place|buy|sell|upload|post|approve)',
  ],
  [
    'action',
    '(?:withdraw|transfer|send|move)_(?:(?:all|the|my|entire|of|available)_)*(?:funds|balance|money|coins|assets|bitcoin|btc|eth|usdt)_to_(?:(?:this|the|my|following|wallet|an?)_)*(?:address|wallet|account|0x)',
  ],
  [
    'action',
    '(?:disable|remove|lift|switch_off|turn_off)_(?:(?:the|your|all|any)_)*(?:kill_switch|risk_limits?|approval_(?:gate|requirement)s?|spending_limits?)',
  ],
];
