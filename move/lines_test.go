package move

import (
	"strings"
	"testing"
)

func TestSentencesOfAnArticleAreNoFurniture(t *testing.T) {
	for _, line := range []string{
		"Copyright law is older than the printing press, the judge said.",
		"Published in 1922, the novel was banned within a year.",
		"Find work on the docks and you are set for life, he told me.",
		"Register offices closed on Monday.",
		"She bakes cookies and sells them on the pier.",
		"“No,” he said.",
		"By 2030 the harbor will be dry.",
		"Comments like that do not help, the mayor said.",
		"Share prices fell on Monday.",
		"Watch the river long enough and it will tell you.",
		"More than 300 people were left without a way home.",
		"Weather: the one thing on which all of them agreed, and the only one they could not change, which was the reason why they agreed on it. It was not long before they spoke of it again. Then they did.",
		"قال المتحدث باسم المرشدين إن الاتفاق جيد.",
	} {
		if why := isFurniture(line); why != "" || endOf(line) >= 0 || byline(line) != nil || isDate(line) {
			t.Errorf("%q is taken for furniture: %q, end %d, byline %v, date %v", line, why, endOf(line), byline(line), isDate(line))
		}
	}
}

func TestFurnitureIsKnownForWhatItIs(t *testing.T) {
	for line, want := range map[string]string{
		"17.1 C": "weather", "-3°": "weather", "٣١ °C": "weather", "- Advertisement -": "ad mark", "PUBLICIDAD": "ad mark", "إعلان": "ad mark", "- Advertisement -spot_img": "ad mark",
		"0FansLike": "counters", "12.4K Followers": "counters", "0SeguidoresSeguir": "counters", "12 Comments": "comments", "Please enter your name here": "form", "Email:*": "form",
		"Facebook Twitter WhatsApp": "share bar", "Sign up for our newsletter": "newsletter", "This site uses cookies to make it better. Accept": "cookie notice",
		"READ MORE: Bridge closed": "another story", "Lee también: La lonja cierra": "another story", "اقرأ أيضا: السوق القديم": "another story", "Follow us on Instagram": "follow us",
		"Photo: Ana Brito": "credit", "© 2024 The Courier": "credit", "Smoke over the mill [File: Ana Brito/AP]": "caption", "4 min read": "reading time", "Tags: harbor, ferry": "tags",
		"Home > World > Europe": "menu", "Skip to content": "menu", "___": "bare number", "1/4": "bare number",
	} {
		if got := isFurniture(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestDatesAreReadInThreeLanguagesAndOnlyWhenTheyAreDates(t *testing.T) {
	for line, want := range map[string]string{
		"Tuesday, June 17, 2025": "2025-06-17", "17 June 2025": "2025-06-17", "martes, 17 de junio de 2025": "2025-06-17", "2025-06-17": "2025-06-17", "الثلاثاء 17 يونيو 2025": "2025-06-17",
		"١٧ حزيران ٢٠٢٥": "2025-06-17", "Jun. 17, 2025 5:52 AM EST": "2025-06-17", "17th of June 2025": "2025-06-17", "31 June 2025": "", "6/7/2025": "", "May flowers": "",
	} {
		at, ok := day(line)
		if got := dayOf(at); ok && got != want || !ok && want != "" {
			t.Errorf("%q: got %q %v, want %q", line, got, ok, want)
		}
		if ok != isDate(line) {
			t.Errorf("%q: a line of date? got %v", line, isDate(line))
		}
	}
	if isDate("The treaty of 17 June 2025 was torn up by both of its signatories") {
		t.Error("a sentence with a date is no line of date")
	}
}

func TestBylinesAreNames(t *testing.T) {
	for line, want := range map[string]string{
		"By Ana Ruiz": "Ana Ruiz", "BY ANA RUIZ AND JO LEE": "ANA RUIZ,JO LEE", "By Ana Ruiz, Jo Lee and Max de la Cruz | March 3, 2024": "Ana Ruiz,Jo Lee,Max de la Cruz",
		"Por Lucía Ferrer y Iñaki Olano": "Lucía Ferrer,Iñaki Olano", "بقلم: ليلى حداد": "ليلى حداد", "By Ana Ruiz, Senior Editor": "Ana Ruiz", "By 2030": "", "By the river they sat down": "", "Ana Ruiz": "",
	} {
		if got := strings.Join(byline(line), ","); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
