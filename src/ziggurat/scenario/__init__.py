"""Where does the organisation stand: four scenarios, seen from inside and from outside."""
