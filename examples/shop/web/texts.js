// The texts of the page, in the browser's language.

const TEXTS = {
  en: {
    name: 'One Leaf',
    claim: 'Tea, one cup at a time',
    loading: 'One moment …',
    invitation: 'Become a member',
    reason: 'Members pay less for every cup, and join in a minute.',
    join: 'Join',
    opening: 'Opening the card …',
    pending: 'Nearly done: we are confirming your card.',
    member: 'Member card',
    since: 'since',
    former: 'Your card is no longer valid. A former member cannot join again.',
    green: 'Dragon Well',
    oolong: 'Iron Goddess',
    jasmine: 'Jasmine pearls',
    user: 'Test user',
    another: 'Be another user',
    rejected: 'You cannot join right now: ',
    refused: 'The card was not opened: ',
    notOpened: 'WeChat did not open the card: ',
    unconfirmed: 'Your card is not confirmed yet. Come back later: nothing is lost.',
    offline: 'The shop cannot be reached. Try again.',
    noScript: 'The script that opens the card was not loaded.',
    tooOld: 'This version of WeChat is too old. Update WeChat, then try again.',
    unexpected: 'Something went wrong: ',
  },
  zh: {
    name: '一叶茶铺',
    claim: '一杯一叶，慢慢喝',
    loading: '请稍候……',
    invitation: '成为会员',
    reason: '会员每杯更优惠，一分钟即可入会。',
    join: '立即入会',
    opening: '正在打开会员卡……',
    pending: '即将完成：正在确认您的会员卡。',
    member: '会员卡',
    since: '入会日期',
    former: '您的会员卡已失效，曾入会的用户不能再次入会。',
    green: '龙井',
    oolong: '铁观音',
    jasmine: '茉莉龙珠',
    user: '测试用户',
    another: '换一个用户',
    rejected: '暂时无法入会：',
    refused: '会员卡未开通：',
    notOpened: '微信未能打开会员卡：',
    unconfirmed: '您的会员卡尚未确认，请稍后再来查看，已填写的信息不会丢失。',
    offline: '无法连接店铺，请重试。',
    noScript: '用于打开会员卡的脚本未加载。',
    tooOld: '微信版本过低，请升级微信后重试。',
    unexpected: '出错了：',
  },
};

const language = navigator.language.startsWith('zh') ? 'zh' : 'en';

export const text = TEXTS[language];

/** Writes the texts into the elements that name them. */
export function translate(document) {
  document.documentElement.lang = { en: 'en', zh: 'zh-CN' }[language];
  document.title = text.name;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text[element.dataset.text];
}
