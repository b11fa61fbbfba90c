"""What do headings in other scripts say? Each in English, so that they are known as those of Latin letters are."""

from __future__ import annotations

ENGLISH = {
    "name": "氏名 お名前 名前 姓名 名称 이름 성명 имя фио имя_и_фамилия ім'я піб όνομα ονοματεπώνυμο",
    "first_name": "名 이름(名) ім’я",
    "last_name": "姓 苗字 фамилия прізвище επώνυμο",
    "email": "メールアドレス メール eメール e-mailアドレス 邮箱 电子邮件 电子邮箱 電子郵件 이메일 이메일주소 почта "
    "эл._почта электронная_почта пошта електронна_пошта ηλεκτρονική_διεύθυνση",
    "phone": "電話番号 電話 携帯電話 电话 手机 手机号 電話號碼 전화번호 휴대폰 телефон τηλέφωνο",
    "date": "日付 日時 日期 时间 날짜 일시 дата дата_и_время ημερομηνία",
    "created_at": "申込日 申込日時 登録日 登録日時 作成日 创建时间 注册时间 报名时间 등록일 신청일 "
    "дата_регистрации дата_створення",
    "order_date": "注文日 注文日時 購入日 下单时间 订单日期 주문일 дата_заказа",
    "donation_date": "寄付日 捐款日期 기부일 дата_пожертвования",
    "amount": "金額 合計 合計金額 支払金額 金额 总金额 금액 합계 сумма сума ποσό",
    "donation_amount": "寄付金額 寄附金額 捐款金额 기부금액 сумма_пожертвования",
    "order_number": "注文番号 订单号 订单编号 주문번호 номер_заказа",
    "status": "ステータス 状態 状态 상태 статус статус_заказа",
    "notes": "備考 メモ 备注 비고 примечание примітка комментарий",
    "company": "会社名 会社 所属 公司 회사 компания компанія",
    "city": "市区町村 城市 도시 город місто πόλη",
    "country": "国 国家 국가 страна країна",
    "postcode": "郵便番号 邮编 우편번호 индекс",
    "birthday": "生年月日 生日 생년월일 дата_рождения",
    "hours": "時間数 小时 часы",
    "score": "評価 评分 평점 оценка",
}
MEANT = {heading: english for english, headings in ENGLISH.items() for heading in headings.split()}


def in_english(heading: str) -> str:
    """Return a heading in English where it is a known one of another script, else as it is.

    >>> in_english("メールアドレス"), in_english("Дата заказа"), in_english("Email")
    ('email', 'order_date', 'Email')
    """
    return MEANT.get("_".join(heading.lower().split()), heading)
