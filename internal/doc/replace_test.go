package doc

import (
	"strings"
	"testing"
)

func TestPassageIsReplacedWhereverItStands(t *testing.T) {
	const name, gone = "Jona Example", "█████"
	picture := PictureOf(7, "A photograph of Jona Example", "Jona Example, left", "Jona Example")
	sound := Audio(8, "Jona Example speaks", "", "")
	sound.Attrs.Transcript = "https://paper.example/Jona Example"
	before := New(
		P("Here is Jona Example, and Jona **Example** again."),
		List("one", "Jona Example"),
		Fact("Jona Example", P("He is ten.")),
		Table("Of Jona Example", true, []string{"Name"}, []string{"Jona Example"}),
		P("[his page](https://paper.example/x)"),
		picture, sound,
		Frame("Where Jona Example was", "<b>Jona Example</b>", 0),
		Embed("https://paper.example/Jona%20Example", "Jona Example", ""),
	)
	after := before.Replace(name, gone)
	after = after.Replace("Jona%20Example", gone)
	if got := string(after.JSON()); strings.Contains(got, "Example") || strings.Contains(got, "Jona") {
		t.Errorf("it still stands in %s", got)
	}
	if err := after.Check(); err != nil {
		t.Errorf("the text is no text any more: %v", err)
	}
	if !strings.Contains(string(before.JSON()), name) {
		t.Error("the document it was made from changed too")
	}
	if after.Blocks[0].ID != before.Blocks[0].ID {
		t.Error("a paragraph has another id")
	}
}

func TestFetchedPicturesStayAndOthersGo(t *testing.T) {
	gallery := Gallery("", Node{Type: "picture", Attrs: Attrs{Src: "https://a.example/1.jpg"}}, Node{Type: "picture", Attrs: Attrs{Src: "https://a.example/2.jpg"}})
	lost := Gallery("", Node{Type: "picture", Attrs: Attrs{Src: "https://a.example/2.jpg"}})
	d := New(P("Text"), gallery, lost).Fetched(map[string]int64{"https://a.example/1.jpg": 5})
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 2 || len(d.Blocks[1].Content) != 1 || d.Blocks[1].Content[0].Attrs.Media != 5 {
		t.Errorf("there stands %s", d.JSON())
	}
}
