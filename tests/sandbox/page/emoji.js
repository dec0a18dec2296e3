/*
 * emoji: Slack's names of emoji and the characters they stand for. What is not in the table stays :name:.
 */

/* One group a line: its title, then pairs. The picker shows them in this order; "a/b" are two names of one. */
const GROUPS = [
	['Incidents', `pushpin 📌 hammer_and_wrench 🛠️ shield 🛡️ bar_chart 📊 dart 🎯 bulb 💡 white_check_mark ✅
		rotating_light 🚨 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
		large_blue_circle 🔵 white_circle ⚪ black_circle ⚫ sos 🆘 fire 🔥 warning ⚠️ no_entry ⛔ no_entry_sign 🚫
		boom/collision 💥 hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ alarm_clock ⏰ memo/pencil 📝
		bust_in_silhouette 👤 busts_in_silhouette 👥 link 🔗 chains ⛓️ lock 🔒 unlock 🔓 key 🔑 mag 🔍
		mag_right 🔎 wrench 🔧 hammer 🔨 gear ⚙️ nut_and_bolt 🔩 fire_extinguisher 🧯 ambulance 🚑
		fire_engine 🚒 construction 🚧 siren/police_car 🚓 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 bug 🐛
		ghost 👻 skull 💀 bomb 💣 zap ⚡ lifebuoy/ring_buoy 🛟 passport_control 🛂`],
	['Smileys', `grinning 😀 smiley 😃 smile 😄 grin 😁 laughing/satisfied 😆 sweat_smile 😅 joy 😂
		rolling_on_the_floor_laughing/rofl 🤣 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊
		innocent 😇 heart_eyes 😍 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 thinking_face/thinking 🤔
		zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏
		unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷
		exploding_head 🤯 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 worried 😟
		slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨
		cold_sweat 😰 cry 😢 sob 😭 scream 😱 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡
		angry 😠 hugging_face 🤗 shushing_face 🤫 robot_face 🤖 see_no_evil 🙈 saluting_face 🫡 melting_face 🫠`],
	['People', `+1/thumbsup 👍 -1/thumbsdown 👎 ok_hand 👌 wave 👋 raised_hands 🙌 clap 👏 pray 🙏 muscle 💪
		eyes 👀 raised_hand/hand ✋ point_up ☝️ point_up_2 👆 point_down 👇 point_left 👈 point_right 👉
		crossed_fingers 🤞 v ✌️ the_horns 🤘 call_me_hand 🤙 handshake 🤝 fist ✊ writing_hand ✍️ brain 🧠 ear 👂
		shrug 🤷 face_palm/facepalm 🤦 ok_woman 🙆 no_good 🙅 raising_hand 🙋 technologist 🧑‍💻
		firefighter 🧑‍🚒 detective/sleuth_or_spy 🕵️ runner/running 🏃 superhero 🦸`],
	['Signs', `heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕
		heavy_minus_sign ➖ question ❓ grey_question ❔ exclamation/heavy_exclamation_mark ❗ bangbang ‼️
		interrobang ⁉️ 100 💯 arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️
		arrow_lower_right ↘️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ repeat 🔁
		arrows_counterclockwise 🔄 rewind ⏪ fast_forward ⏩ arrow_forward ▶️ double_vertical_bar ⏸️
		black_square_for_stop ⏹️ infinity ♾️ recycle ♻️ new 🆕 up 🆙 ok 🆗 information_source ℹ️ speech_balloon 💬
		thought_balloon 💭 zzz 💤 heart ❤️ broken_heart 💔 sparkles ✨ star ⭐ star2 🌟 dizzy 💫
		white_large_square ⬜ black_large_square ⬛ large_blue_square 🟦 large_green_square 🟩
		large_yellow_square 🟨 large_orange_square 🟧 large_red_square 🟥 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣`],
	['Things', `computer 💻 desktop_computer 🖥️ keyboard ⌨️ phone/telephone ☎️ iphone 📱 pager 📟 floppy_disk 💾
		cd 💿 electric_plug 🔌 battery 🔋 satellite_antenna 📡 globe_with_meridians 🌐 cloud ☁️ package 📦
		inbox_tray 📥 outbox_tray 📤 email/envelope ✉️ credit_card 💳 money_with_wings 💸 moneybag 💰
		shopping_trolley 🛒 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 clipboard 📋 calendar 📆
		date 📅 spiral_calendar_pad 🗓️ file_folder 📁 open_file_folder 📂 page_facing_up 📄
		bookmark_tabs 📑 books 📚 book 📖 bookmark 🔖 label 🏷️ paperclip 📎 scissors ✂️ wastebasket 🗑️
		test_tube 🧪 microscope 🔬 telescope 🔭 magnet 🧲 toolbox 🧰 ladder 🪜 rocket 🚀 airplane ✈️ ship 🚢
		anchor ⚓ compass 🧭 world_map 🗺️ house 🏠 office 🏢 checkered_flag 🏁 triangular_flag_on_post 🚩
		white_flag/waving_white_flag 🏳️ trophy 🏆 medal 🏅 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 coffee ☕
		tea 🍵 pizza 🍕 beer 🍺 beers 🍻 cake 🍰 doughnut 🍩 popcorn 🍿 sunny ☀️ rainbow 🌈 snowflake ❄️
		ocean 🌊 seedling 🌱 deciduous_tree 🌳 four_leaf_clover 🍀 dog 🐶 cat 🐱 turtle 🐢 snail 🐌
		unicorn_face 🦄 octopus 🐙 whale 🐳 bee 🐝 crab 🦀 penguin 🐧 parrot 🦜 lion_face 🦁`],
];

const TONES = ['', '', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];
const table = new Map();

export const groups = GROUPS.map(([title, pairs]) => {
	const words = pairs.split(/\s+/);
	const emoji = [];

	for (let i = 0; i + 1 < words.length; i += 2) {
		const names = words[i].split('/');

		names.forEach(name => table.set(name, words[i + 1]));
		emoji.push({ name: names[0], names, char: words[i + 1] });
	}
	return { title, emoji };
});

/* The character, or null. Takes "wave" and "wave::skin-tone-3". */
export function emojiChar(name) {
	const [base, tone] = name.split('::skin-tone-');
	const char = table.get(base);

	if (!char)
		return null;
	return tone ? char.replace('\uFE0F', '') + (TONES[tone] || '') : char;
}

/* Those whose name has the letters, the ones that begin with them first. */
export function emojiLike(letters, most) {
	const begin = [], within = [];

	for (const [name, char] of table)
		if (name.startsWith(letters))
			begin.push({ name, char });
		else if (letters.length > 1 && name.includes(letters))
			within.push({ name, char });
	return begin.concat(within).slice(0, most);
}
